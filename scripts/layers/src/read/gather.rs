//! Reads one file's syntax: what it defines, which paths it names, its functions and its imports.

use proc_macro2::{Span, TokenStream};
use syn::{
    Attribute, Block, Field, ImplItem, Item, ItemMod, ItemUse, Local, Macro, Meta, Path, Signature,
    StmtMacro, TraitItem, UseTree, Variant, Visibility,
    visit::{self, Visit},
};

use super::{
    facts::{Declared, Function, Gathered, Kind, Mention, Named, Room},
    import::Import,
    syntax,
    test_only::is_test_only,
    tokens,
};

/// Reads the text of a file.
pub(crate) fn gather(text: &str) -> Result<Gathered, syn::Error> {
    let syntax = syn::parse_file(text)?;
    let lines: Vec<_> = text.lines().collect();
    let mut gathered = Gathered {
        lines: lines.len(),
        rooms: vec![Room::default()],
        ..Gathered::default()
    };
    gathered.imports.push(Import::all(&syntax.items, &lines));
    let mut reader = Reader {
        lines,
        room: Some(0),
        inline: Vec::new(),
        depth: 0,
        gathered,
    };
    reader.visit_file(&syntax);
    Ok(reader.gathered)
}

struct Reader<'a> {
    lines: Vec<&'a str>,
    /// None inside test code: nothing there ties product files together.
    room: Option<usize>,
    inline: Vec<String>,
    /// Function bodies around: what is defined inside one has no path.
    depth: usize,
    gathered: Gathered,
}

impl Reader<'_> {
    /// Visits what stands under `attributes`, as test code if they say so.
    fn under(&mut self, attributes: &[Attribute], visit: impl FnOnce(&mut Self)) {
        let around = self.room;
        if is_test_only(attributes) {
            self.room = None;
        }
        visit(self);
        self.room = around;
    }

    fn name(&mut self, name: &str, what: Named) {
        if let Some(room) = self.room {
            let known = self.gathered.rooms[room]
                .names
                .entry(name.to_owned())
                .or_default();
            if !known.contains(&what) {
                known.push(what);
            }
        }
    }

    fn mention(&mut self, path: Vec<String>, span: Span, kind: Kind) {
        if let Some(room) = self.room
            && !path.is_empty()
        {
            self.gathered.mentions.push(Mention {
                room,
                path,
                line: span.start().line,
                kind,
            });
        }
    }

    fn define(&mut self, name: &syn::Ident, what: Named) {
        if self.depth == 0 {
            self.name(&syntax::spelt(name), what);
        }
    }

    fn function(&mut self, sig: &Signature, body: &Block) {
        self.gathered.functions.push(Function {
            name: syntax::spelt(&sig.ident),
            line: sig.fn_token.span.start().line,
            last_line: body.brace_token.span.close().end().line,
            is_test: self.room.is_none(),
        });
    }

    /// One `use` down to its leaves. `prefix`: the words before this part of the tree.
    fn import(&mut self, prefix: &[String], tree: &UseTree, kind: Kind) {
        match tree {
            UseTree::Path(part) => {
                self.import(
                    &[prefix, &[syntax::spelt(&part.ident)]].concat(),
                    &part.tree,
                    kind,
                );
            }
            UseTree::Group(group) => {
                for inner in &group.items {
                    self.import(prefix, inner, kind);
                }
            }
            UseTree::Name(leaf) => self.leaf(prefix, &leaf.ident, None, kind),
            UseTree::Rename(leaf) => self.leaf(prefix, &leaf.ident, Some(&leaf.rename), kind),
            UseTree::Glob(star) => {
                if let Some(room) = self.room {
                    self.gathered.rooms[room].globs.push(prefix.to_vec());
                }
                self.mention(prefix.to_vec(), star.star_token.span, kind);
            }
        }
    }

    fn leaf(&mut self, prefix: &[String], last: &syn::Ident, rename: Option<&syn::Ident>, kind: Kind) {
        let mut path = prefix.to_vec();
        if last != "self" {
            path.push(syntax::spelt(last));
        }
        let name = rename.map_or_else(|| path.last().cloned(), |rename| Some(syntax::spelt(rename)));
        if let Some(name) = name
            && name != "_"
        {
            self.name(&name, Named::Alias(path.clone()));
        }
        self.mention(path, last.span(), kind);
    }

    fn module(&mut self, item: &ItemMod) {
        let name = syntax::spelt(&item.ident);
        let Some((_, items)) = &item.content else {
            let at = syntax::path_attribute(&item.attrs);
            self.gathered.declared.push(Declared {
                room: self.room,
                name,
                inline: self.inline.clone(),
                at,
            });
            return;
        };
        self.gathered.imports.push(Import::all(items, &self.lines));
        self.inline.push(name.clone());
        let around = self.room;
        if around.is_some() {
            let inner = self.gathered.rooms.len();
            self.name(&name, Named::Module(inner));
            self.gathered.rooms.push(Room {
                inline: self.inline.clone(),
                around,
                ..Room::default()
            });
            self.room = Some(inner);
        }
        for item in items {
            self.visit_item(item);
        }
        self.inline.pop();
        self.room = around;
    }

    fn body(&mut self, visit: impl FnOnce(&mut Self)) {
        self.depth += 1;
        visit(self);
        self.depth -= 1;
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        self.under(syntax::attributes_of(item), |reader| {
            match item {
                Item::Const(item) => reader.define(&item.ident, Named::Value),
                Item::Static(item) => reader.define(&item.ident, Named::Value),
                Item::Fn(item) => {
                    reader.define(&item.sig.ident, Named::Value);
                    reader.function(&item.sig, &item.block);
                }
                Item::Struct(item) => reader.define(&item.ident, Named::Type),
                Item::Enum(item) => reader.define(&item.ident, Named::Type),
                Item::Union(item) => reader.define(&item.ident, Named::Type),
                Item::Type(item) => reader.define(&item.ident, Named::Type),
                Item::Trait(item) => reader.define(&item.ident, Named::Type),
                Item::TraitAlias(item) => reader.define(&item.ident, Named::Type),
                Item::Macro(item) => {
                    if let Some(name) = &item.ident {
                        reader.define(name, Named::Value);
                    }
                }
                _ => {}
            }
            match item {
                Item::Mod(item) => reader.module(item),
                Item::Fn(_) => reader.body(|reader| visit::visit_item(reader, item)),
                _ => visit::visit_item(reader, item),
            }
        });
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let kind = match item.vis {
            Visibility::Inherited => Kind::Import,
            Visibility::Public(_) | Visibility::Restricted(_) => Kind::PassedOn,
        };
        self.import(&[], &item.tree, kind);
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        let attributes: &[Attribute] = match item {
            ImplItem::Const(item) => &item.attrs,
            ImplItem::Fn(item) => &item.attrs,
            ImplItem::Type(item) => &item.attrs,
            ImplItem::Macro(item) => &item.attrs,
            _ => &[],
        };
        self.under(attributes, |reader| {
            if let ImplItem::Fn(method) = item {
                reader.function(&method.sig, &method.block);
            }
            reader.body(|reader| visit::visit_impl_item(reader, item));
        });
    }

    fn visit_trait_item(&mut self, item: &'ast TraitItem) {
        if let TraitItem::Fn(method) = item
            && let Some(body) = &method.default
        {
            self.function(&method.sig, body);
        }
        self.body(|reader| visit::visit_trait_item(reader, item));
    }

    fn visit_field(&mut self, field: &'ast Field) {
        self.under(&field.attrs, |reader| visit::visit_field(reader, field));
    }

    fn visit_variant(&mut self, variant: &'ast Variant) {
        self.under(&variant.attrs, |reader| visit::visit_variant(reader, variant));
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        self.under(&arm.attrs, |reader| visit::visit_arm(reader, arm));
    }

    fn visit_local(&mut self, local: &'ast Local) {
        self.under(&local.attrs, |reader| visit::visit_local(reader, local));
    }

    fn visit_stmt_macro(&mut self, statement: &'ast StmtMacro) {
        self.under(&statement.attrs, |reader| {
            visit::visit_stmt_macro(reader, statement);
        });
    }

    /// `pub(super)` says who may look, not what is used.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_path(&mut self, path: &'ast Path) {
        let words: Vec<_> = path
            .segments
            .iter()
            .map(|segment| syntax::spelt(&segment.ident))
            .collect();
        if let Some(first) = path.segments.first() {
            self.mention(words, first.ident.span(), Kind::Named);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        let words: Vec<_> = call
            .path
            .segments
            .iter()
            .map(|segment| syntax::spelt(&segment.ident))
            .collect();
        if let Some(first) = call.path.segments.first() {
            self.mention(words, first.ident.span(), Kind::Macro);
        }
        self.tokens(call.tokens.clone());
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        let path = attribute.path();
        // One word is the compiler's own or belongs to a derive (`#[serde(…)]`): it names no crate.
        if path.segments.len() > 1 {
            self.visit_path(path);
        }
        if let Meta::List(list) = &attribute.meta
            && !path.is_ident("cfg")
        {
            self.tokens(list.tokens.clone());
        }
    }
}

impl Reader<'_> {
    fn tokens(&mut self, tokens: TokenStream) {
        if self.room.is_some() {
            for found in tokens::paths(tokens) {
                let kind = if found.is_macro { Kind::Macro } else { Kind::Named };
                self.mention(found.words, found.span, kind);
            }
        }
    }
}
