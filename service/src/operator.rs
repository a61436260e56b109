//! The operator: the person who runs commands on the machine itself.

/// Proof that the caller is the machine's operator. Only the command line makes one: whoever reaches it
/// can read the database anyway.
#[derive(Clone, Copy, Debug)]
pub struct Operator(());

impl Operator {
    /// How the audit log names the operator.
    pub const LABEL: &'static str = "operator (command line)";

    /// For the command line alone.
    pub fn on_this_machine() -> Self {
        Self(())
    }
}
