//! The one hand that deals with the vendor for an account: it holds the tokens, keeps the pace, and
//! asks for each thing once, however many want it. It runs in the coordinator; tests run it on their
//! own [`host::Host`].

pub mod ask;
pub mod host;
