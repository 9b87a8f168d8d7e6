//! 123Pan's web API: what personal drives and shares have in common. Source: OpenList `drivers/123` and
//! `drivers/123_share`, rclone-123pan.

pub mod account;
pub mod call;
pub mod hosts;
pub mod request_sign;
pub mod wire;

pub use account::{WebAccount, WebCredentials};
pub use hosts::WebHosts;

#[cfg(test)]
mod tests;
