// Methods of an extension trait on iterators that are known by their bounds only.
use dep::Extra;

type Outcome<T, E = String> = Result<T, E>;

pub struct Element<D>(D);

pub struct Object<D>(D);

impl<D> Object<D>
where
    D: Clone,
{
    pub fn of<I>(iter: I, dict: D) -> Outcome<Self>
    where
        I: IntoIterator<Item = Outcome<Element<D>>>,
    {
        let _pairs = iter.into_iter().each_ok(|e| (1, e));
        Ok(Object(dict))
    }
}

pub fn first(mut all: impl Iterator<Item = u8>) -> Option<u8> {
    all.pick()
}

pub fn boxed(mut all: Box<dyn Iterator<Item = u8>>) -> Option<u8> {
    all.pick()
}

pub fn handed_on<I: IntoIterator>(iter: I) -> Option<I::Item> {
    let mut all = iter.into_iter();
    all.pick()
}
