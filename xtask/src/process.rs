//! Runs other programs, and tells people about it meanwhile.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

/// Says what a long step does and roughly how long, then does it and says how long it took.
pub fn step<T>(what: &str, lasts: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("▸ {what} ({lasts})");
    let start = Instant::now();
    let result = work()?;
    println!("  done in {}", spoken(start.elapsed()));
    Ok(result)
}

/// Says something that should not be overlooked but stops nothing.
pub fn warn(text: &str) {
    println!("! {text}");
}

fn spoken(time: Duration) -> String {
    match time.as_secs() {
        0..10 => format!("{:.1} s", time.as_secs_f32()),
        seconds @ 10..60 => format!("{seconds} s"),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

/// Runs a program with its output on our own; its failure is ours.
pub fn run(command: &mut Command) -> Result<()> {
    if succeeds(command)? {
        return Ok(());
    }
    bail!("This failed: {}", line(command))
}

/// Runs a program with its output on our own; says whether it succeeded.
pub fn succeeds(command: &mut Command) -> Result<bool> {
    let status = command.status().with_context(|| format!("Cannot start: {}", line(command)))?;
    Ok(status.success())
}

/// Whether a program can be started and succeeds, without a word on the screen.
pub fn quietly_succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// What a program prints on its standard output.
pub fn output(command: &mut Command) -> Result<String> {
    let output =
        command.stderr(Stdio::inherit()).output().with_context(|| format!("Cannot start: {}", line(command)))?;
    if !output.status.success() {
        bail!("This failed: {}", line(command));
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Where a program lies that `PATH` knows.
pub fn find(program: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(program)).find(|path| is_program(path))
}

/// Whether a path is a file that may be run.
pub fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

/// Whether we are root, who needs no sudo and whom PostgreSQL and Chromium's sandbox refuse.
pub fn is_root() -> bool {
    output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

fn line(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| word.to_string_lossy().into_owned()));
    words.join(" ")
}
