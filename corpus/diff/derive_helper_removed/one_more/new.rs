extern crate proc_macro;
use proc_macro::TokenStream;
#[proc_macro_derive(D, attributes(help, more))]
pub fn d(_: TokenStream) -> TokenStream {
    TokenStream::new()
}
