//! Words of C++, and the lines that they stand on.

/// A word, a sign, or a literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// As it is written.
    pub(super) text: String,
    /// Where: counted from 1.
    pub(super) line: usize,
}

impl Token {
    /// Returns whether this is a name or a keyword.
    #[must_use]
    pub(super) fn is_word(&self) -> bool {
        self.text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
    }
}

/// A macro without parameters, and what it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Define {
    /// Its name.
    pub(super) name: String,
    /// Where it is defined.
    pub(super) line: usize,
    /// What it stands for.
    pub(super) tokens: Vec<Token>,
}

/// A text, as words. Of the preprocessor's lines only the macros without parameters remain: both sides of a
/// conditional are read.
#[derive(Clone, Debug, Default)]
pub(super) struct Words {
    /// What the compiler would read.
    pub(super) tokens: Vec<Token>,
    /// What the preprocessor would keep.
    pub(super) defines: Vec<Define>,
}

/// Takes a text apart.
#[must_use]
pub(super) fn words(text: &str) -> Words {
    let mut found = Words::default();
    let mut rest = Rest { text, line: 1, begins_line: true };
    while let Some(token) = rest.next() {
        if token.text != "#" {
            found.tokens.push(token);
            continue;
        }
        let (directive, line) = (rest.directive(), token.line);
        let mut tokens = Rest { text: &directive, line, begins_line: false };
        let is_define = tokens.next().is_some_and(|token| token.text == "define");
        let Some(name) = tokens.next().filter(|_| is_define) else { continue };
        // A parenthesis right behind the name begins parameters.
        if !tokens.text.starts_with('(') {
            found.defines.push(Define { name: name.text, line, tokens: tokens.collect() });
        }
    }
    found
}

/// What has not been read yet.
struct Rest<'t> {
    text: &'t str,
    line: usize,
    begins_line: bool,
}

impl Rest<'_> {
    fn advance(&mut self, bytes: usize) -> String {
        let (taken, rest) = self.text.split_at(bytes);
        self.text = rest;
        self.line += taken.matches('\n').count();
        taken.to_owned()
    }

    /// Takes the rest of the line, and the lines that it goes on in.
    fn directive(&mut self) -> String {
        let mut end = 0;
        loop {
            end += self.text[end..].find('\n').unwrap_or(self.text.len() - end);
            let goes_on = self.text[..end].ends_with('\\') && end < self.text.len();
            if !goes_on {
                break;
            }
            end += 1;
        }
        self.begins_line = true;
        // A line break that is no end of the directive says nothing.
        self.advance(end).replace("\\\n", " \n")
    }

    fn skip_blank(&mut self) {
        loop {
            let blank = self.text.len() - self.text.trim_start().len();
            self.begins_line |= self.text[..blank].contains('\n');
            self.advance(blank);
            let comment = if self.text.starts_with("//") {
                self.text.find('\n').unwrap_or(self.text.len())
            } else if self.text.starts_with("/*") {
                self.text.find("*/").map_or(self.text.len(), |end| end + 2)
            } else {
                return;
            };
            self.advance(comment);
        }
    }
}

impl Iterator for Rest<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        self.skip_blank();
        let first = self.text.chars().next()?;
        let length = if first.is_ascii_alphanumeric() || first == '_' {
            let end = |other: char| !(other.is_ascii_alphanumeric() || other == '_');
            self.text.find(end).unwrap_or(self.text.len())
        } else if first == '"' || first == '\'' {
            literal_length(self.text, first)
        } else if self.text.starts_with("::") {
            2
        } else {
            first.len_utf8()
        };
        // Within a line, `#` belongs to a macro's own text.
        let is_sign_of_macro = first == '#' && !self.begins_line;
        self.begins_line = false;
        let line = self.line;
        let text = self.advance(length);
        if is_sign_of_macro {
            return Some(Token { text: "##".to_owned(), line });
        }
        Some(Token { text, line })
    }
}

/// Returns the length of the literal that `text` begins with, its quotes included.
fn literal_length(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, other) in text.char_indices().skip(1) {
        match other {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if other == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(tokens: &[Token]) -> Vec<&str> {
        tokens.iter().map(|token| token.text.as_str()).collect()
    }

    #[test]
    fn comments_and_directives_are_no_words() {
        let found =
            words("#ifndef A\n#define A 1\n/* class B; */ class C; // class D;\n#if X\nint e;\n#endif");
        assert_eq!(texts(&found.tokens), ["class", "C", ";", "int", "e", ";"]);
        assert_eq!(found.tokens[3].line, 5);
        assert_eq!(found.defines.len(), 1);
        assert_eq!((found.defines[0].name.as_str(), found.defines[0].line), ("A", 2));
    }

    #[test]
    fn a_macro_goes_on_in_the_next_line() {
        let found = words("#define X_Args \\\n    int a, \\\n    char *b\n#define F(x) x\nclass C;");
        assert_eq!(texts(&found.defines[0].tokens), ["int", "a", ",", "char", "*", "b"]);
        assert_eq!(found.defines.len(), 1);
        assert_eq!(found.tokens[0].line, 5);
    }

    #[test]
    fn literals_hold_what_would_be_words() {
        let found = words(r#"a("class \" //", '"') ::b"#);
        assert_eq!(texts(&found.tokens), ["a", "(", r#""class \" //""#, ",", "'\"'", ")", "::", "b"]);
    }
}
