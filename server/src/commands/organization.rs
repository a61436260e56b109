//! `muster organization create`.

use super::{finish, open, password, refused, say};
use crate::cli;
use crate::config::Config;
use crate::failure::Failure;
use domain::{Password, Slug};
use service::organizations::{NewOrganization, has_account};
use service::{Operator, Services};

/// Makes an organization with its first administrator.
pub async fn create(config: &Config, new: cli::NewOrganization) -> Result<(), Failure> {
    let given = new.password_file.as_deref().map(password::of_file).transpose()?;
    let (name, email) = (new.name.clone(), new.administrator_email.clone());
    let (database, services) = open(config).await?;
    let slug = create_with(&services, new, given).await;
    finish(&services, database).await;
    say(&format!("{name} is at /o/{}, administered by {email}.", slug?));
    Ok(())
}

async fn create_with(services: &Services, new: cli::NewOrganization, given: Option<String>) -> Result<Slug, Failure> {
    let operator = Operator::on_this_machine();
    let email = &new.administrator_email;
    let password = match given {
        Some(password) => Some(checked(&password)?),
        // An account keeps the password that it has, so nobody is asked for another.
        None if has_account(services, &operator, email).await.map_err(|error| refused(&error, option))? => None,
        None => Some(checked(&password::ask(email.as_str())?)?),
    };
    let organization = NewOrganization {
        name: new.name,
        slug: new.slug,
        kind: new.kind,
        administrator_email: new.administrator_email,
        administrator_name: new.administrator_name,
        password,
    };
    let created = service::organizations::create(services, &operator, organization).await;
    created.map_err(|error| refused(&error, option))
}

fn checked(password: &str) -> Result<Password, Failure> {
    Password::parse(password).map_err(|refused| Failure::usage(refused.0))
}

/// The option behind a field.
fn option(field: &str) -> String {
    match field {
        "password" => "--password-file".into(),
        _ => format!("--{}", field.replace('_', "-")),
    }
}
