//! Direct links that are made of a folder's URL and the path below it, without asking 123Pan: its direct-link
//! space goes by paths.

use std::rc::Rc;

use crate::origin::Base;
use crate::sign::Signer;
use crate::time::ValidMinutes;

/// The settings of direct links that are made of paths, and of their signatures.
#[derive(Clone, Debug)]
pub struct PathLinks {
    /// The direct link of the folder that the mount shows, up to its last `/`.
    pub base: Rc<Base>,
    /// Signs the links; without one they are given out as they are.
    pub signer: Option<Signer>,
    /// The lifetime of a signed link.
    pub valid: ValidMinutes,
}
