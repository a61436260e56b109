//! Stands in for `service::demo` until it is there: the same names and shapes.

/// `service::demo`.
pub mod demo {
    use domain::Password;
    use service::{Error, Operator, Result, Services};

    #[allow(dead_code, reason = "read by what it stands in for")]
    #[derive(Clone, Debug)]
    pub struct Options {
        pub members: u32,
        pub groups: u32,
        pub seed: u64,
        pub password: Password,
    }

    pub async fn run(
        _services: &Services,
        _operator: &Operator,
        _options: Options,
        _progress: impl FnMut(u64) + Send,
    ) -> Result<()> {
        Err(Error::Internal("the demo is not built yet".into()))
    }
}
