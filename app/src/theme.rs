//! The reader's choice of colour scheme. It is stored in the cookie `theme` and written to `<html data-theme>`, which
//! the styles read.

/// The name of the cookie.
pub const COOKIE: &str = "theme";

/// The colour scheme that the reader chose, from the cookie `theme`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// What the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// Every scheme, in the order of the menu.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The word in the cookie, in the form and on the page's root.
    pub const fn word(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
    /// The word in the menu.
    pub const fn label(self) -> &'static str {
        match self {
            Self::System => "System",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }
    /// Reads the word; whatever else a cookie holds means the system's.
    pub fn parse(word: &str) -> Self {
        Self::ALL.into_iter().find(|theme| theme.word() == word).unwrap_or_default()
    }

    /// The scheme of the page as it came from the server.
    pub fn current() -> Self {
        #[cfg(feature = "ssr")]
        {
            leptos::prelude::use_context().unwrap_or_default()
        }
        #[cfg(not(feature = "ssr"))]
        {
            crate::ui::browser::root()
                .and_then(|root| root.get_attribute("data-theme"))
                .map_or_else(Self::default, |word| Self::parse(&word))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_that_means_nothing_is_the_systems_scheme() {
        assert_eq!(Theme::parse("dark"), Theme::Dark);
        assert_eq!(Theme::parse("Dark\""), Theme::System);
        assert!(Theme::ALL.into_iter().all(|theme| Theme::parse(theme.word()) == theme));
    }
}
