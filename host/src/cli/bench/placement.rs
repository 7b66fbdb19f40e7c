//! Where the two cores are: what the system says of them, and what each segment's probes have found.

use std::fs;

/// How far apart the two cores were during a segment. Virtual cores move, so this is measured, not asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Placement {
    /// They share a core or a cache.
    Near,
    /// They do not.
    Far,
}

/// The longest round trip of the floor between cores that are near, in nanoseconds.
const NEAR: f64 = 200.0;

impl Placement {
    pub(super) const ALL: [Self; 2] = [Self::Near, Self::Far];

    /// The one in which the floor takes so many nanoseconds.
    pub(super) fn of(floor: f64) -> Self {
        match floor <= NEAR {
            true => Self::Near,
            false => Self::Far,
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Near => "near",
            Self::Far => "far",
        }
    }
}

/// What the system says of two cores, which may be what a hypervisor makes it believe.
pub(super) fn topology([one, other]: [usize; 2]) -> &'static str {
    let same = |what: &str| {
        let said = [one, other].map(|core| about(core, what));
        said[0].is_some() && said[0] == said[1]
    };
    let package = same("topology/physical_package_id");
    match package {
        true if same("topology/core_id") => "two threads of one core",
        _ if same("cache/index3/shared_cpu_list") => "two cores that share a level-3 cache",
        true => "two cores of one package",
        false => "two cores of which the system says nothing, or two packages",
    }
}

fn about(core: usize, what: &str) -> Option<String> {
    fs::read_to_string(format!("/sys/devices/system/cpu/cpu{core}/{what}")).ok()
}
