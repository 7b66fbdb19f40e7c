//! The headings under which a help lists options.

pub(crate) const MESSAGE: &str = "Message";
pub(crate) const LOCATION: &str = "Location";
pub(crate) const DELIVERY: &str = "Delivery";
pub(crate) const OUTPUT: &str = "Output";
pub(crate) const ACCESS: &str = "Access";
