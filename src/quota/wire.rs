//! Asks and answers as JSON, on their way between the Worker and the quota object.

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::{
    BudgetLimits, ExceededLimit, LinkLimit, Malformed, ShareLimits, TicketReply, TicketRequest,
};
use crate::json::{self, optional, required, stated, text};
use crate::time::UnixSeconds;

fn moment(value: &Value) -> Option<UnixSeconds> {
    value.as_u64().map(UnixSeconds)
}

impl TicketRequest {
    pub(super) fn read(ask: &Value) -> Option<Self> {
        Some(Self {
            now: required(ask, "now", moment)?,
            client: required(ask, "client", text)?,
            file: required(ask, "file", text)?,
            life: required(ask, "life", Value::as_u64)?,
            size: required(ask, "size", Value::as_u64)?,
            budget: stated(ask, "budget", BudgetLimits::read)?,
            max_links: stated(ask, "max_links", LinkLimit::read)?,
            share: stated(ask, "share", ShareLimits::read)?,
            day: required(ask, "day", text)?,
            month: required(ask, "month", text)?,
            day_ends: required(ask, "day_ends", moment)?,
            month_ends: required(ask, "month_ends", moment)?,
        })
    }
}

impl BudgetLimits {
    fn read(budget: &Value) -> Option<Self> {
        Some(Self {
            path: required(budget, "path", text)?,
            day: optional(budget, "day", Value::as_u64)?,
            month: optional(budget, "month", Value::as_u64)?,
            client_day: optional(budget, "client_day", Value::as_u64)?,
            client_month: optional(budget, "client_month", Value::as_u64)?,
        })
    }
}

impl LinkLimit {
    fn read(links: &Value) -> Option<Self> {
        let limit = required(links, "limit", Value::as_u64)?;
        Some(Self { path: required(links, "path", text)?, limit })
    }
}

impl ShareLimits {
    fn read(share: &Value) -> Option<Self> {
        Some(Self {
            id: required(share, "id", text)?,
            uses: optional(share, "uses", Value::as_u64)?,
            bytes: optional(share, "bytes", Value::as_u64)?,
            expires: optional(share, "expires", moment)?,
        })
    }
}

impl ExceededLimit {
    fn read(why: &Value) -> Option<Self> {
        Some(match why.as_str()? {
            "day" => Self::Day,
            "month" => Self::Month,
            "client_day" => Self::ClientDay,
            "client_month" => Self::ClientMonth,
            "max_links" => Self::MaxLinks,
            "uses" => Self::Uses,
            "bytes" => Self::Bytes,
            _ => return None,
        })
    }
}

impl TicketReply {
    /// Reads an answer.
    ///
    /// # Errors
    /// [`Malformed`] if it isn't one.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        json::parse(text.as_bytes()).ok().and_then(|answer| Self::read(&answer)).ok_or(Malformed)
    }

    fn read(answer: &Value) -> Option<Self> {
        if required(answer, "granted", Value::as_bool)? {
            let fresh = required(answer, "fresh", Value::as_bool)?;
            return Some(Self::Granted { fresh, used: required(answer, "used", Value::as_f64)? });
        }
        let why = required(answer, "why", ExceededLimit::read)?;
        Some(Self::Refused { why, retry_at: optional(answer, "retry_at", moment)? })
    }
}

impl Serialize for TicketReply {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut object = to.serialize_struct("TicketAnswer", 3)?;
        match self {
            Self::Granted { fresh, used } => {
                object.serialize_field("granted", &true)?;
                object.serialize_field("fresh", fresh)?;
                object.serialize_field("used", used)?;
            }
            Self::Refused { why, retry_at } => {
                object.serialize_field("granted", &false)?;
                object.serialize_field("why", why)?;
                object.serialize_field("retry_at", retry_at)?;
            }
        }
        object.end()
    }
}
