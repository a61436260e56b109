//! How many files and connections the system lets the process have open.

/// The most that is asked for, because each connection takes memory too.
#[cfg(unix)]
const MOST: u64 = 65_536;
/// What is assumed if the system does not say.
const ASSUMED: u64 = 1_024;

/// Asks for as many as the system allows without extra privileges, and returns how many there are. Many systems start
/// with 1,024, which as many idle connections use up.
#[cfg(unix)]
pub fn raise() -> u64 {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    // None stands for no limit.
    let wanted = maximum.unwrap_or(MOST).min(MOST);
    let Some(current) = current.filter(|current| *current < wanted) else { return current.unwrap_or(MOST) };
    match setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum }) {
        Ok(()) => wanted,
        Err(error) => {
            tracing::warn!(%error, "no more than {current} files and connections can be open");
            current.min(wanted).max(ASSUMED.min(current))
        }
    }
}

/// How many there will be once they are asked for, without asking.
#[cfg(unix)]
pub fn allowed() -> u64 {
    rustix::process::getrlimit(rustix::process::Resource::Nofile).maximum.unwrap_or(MOST).min(MOST)
}

/// The same on systems without such a limit.
#[cfg(not(unix))]
pub fn raise() -> u64 {
    ASSUMED
}
