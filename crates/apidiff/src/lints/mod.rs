//! The lints, one a file, and the table of all of them.

mod prelude;

mod alias_argument_changed;
mod alias_target_changed;
mod assoc_type_bound_added;
mod assoc_type_bound_removed;
mod assoc_type_default_changed;
mod auto_trait_gained;
mod auto_trait_lost;
mod bound_added;
mod bound_dropped;
mod const_type_changed;
mod const_value_changed;
mod copy_added;
mod derive_helper_removed;
mod discriminant_changed;
mod drop_added;
mod edition_changed;
mod enum_cast_lost;
mod enum_variant_added;
mod feature_added;
mod feature_default_changed;
mod feature_enables_changed;
mod feature_removed;
mod field_order_changed;
mod field_type_changed;
mod fn_abi_changed;
mod fn_async_changed;
mod fn_bound_added;
mod fn_const_added;
mod fn_const_removed;
mod fn_export_name_changed;
mod fn_generics_changed;
mod fn_lifetimes_tightened;
mod fn_loosened;
mod fn_parameter_count_changed;
mod fn_parameter_type_changed;
mod fn_parameter_widened;
mod fn_receiver_changed;
mod fn_return_narrowed;
mod fn_return_type_changed;
mod fn_target_feature_added;
mod fn_target_feature_removed;
mod fn_unsafe_added;
mod fn_unsafe_removed;
mod fn_variadic_added;
mod fn_variadic_removed;
mod generic_default_changed;
mod generics_changed;
mod impl_added;
mod impl_assoc_changed;
mod impl_generalised;
mod impl_narrowed;
mod impl_removed;
mod inherent_item_shadows;
mod item_added;
mod item_deprecated;
mod item_hidden;
mod item_kind_changed;
pub(crate) mod item_removed;
mod item_undeprecated;
mod item_unhidden;
mod lib_changed;
mod lifetime_parameter_removed;
mod links_changed;
mod macro_arm_removed;
mod marked_non_exhaustive;
mod msrv_raised;
mod must_use_added;
mod must_use_removed;
mod non_exhaustive_removed;
mod private_fields_removed;
pub(crate) mod public_dependency_major_moved;
mod reexport_retargeted;
mod repr_changed;
mod static_mut_changed;
mod static_unsafe_changed;
mod struct_field_added;
mod struct_shape_changed;
mod trait_auto_changed;
mod trait_dyn_incompatible;
mod trait_item_default_added;
mod trait_item_default_removed;
mod trait_provided_item_added;
mod trait_required_item_added;
mod trait_sealed;
mod trait_supertrait_added;
mod trait_supertrait_removed;
mod trait_supertraits_rephrased;
mod trait_unsafe_changed;
mod trait_unsealed;
mod union_field_added;
mod variant_field_added;
mod variant_order_changed;
mod variant_shape_changed;

use crate::Lint;
pub(crate) use prelude::generics_of;

/// All lints, sorted by id.
pub static LINTS: &[&Lint] = &[
    &alias_argument_changed::LINT,
    &alias_target_changed::LINT,
    &assoc_type_bound_added::LINT,
    &assoc_type_bound_removed::LINT,
    &assoc_type_default_changed::LINT,
    &auto_trait_gained::LINT,
    &auto_trait_lost::LINT,
    &bound_added::LINT,
    &bound_dropped::LINT,
    &const_type_changed::LINT,
    &const_value_changed::LINT,
    &copy_added::LINT,
    &derive_helper_removed::LINT,
    &discriminant_changed::LINT,
    &drop_added::LINT,
    &edition_changed::LINT,
    &enum_cast_lost::LINT,
    &enum_variant_added::LINT,
    &feature_added::LINT,
    &feature_default_changed::LINT,
    &feature_enables_changed::LINT,
    &feature_removed::LINT,
    &field_order_changed::LINT,
    &field_type_changed::LINT,
    &fn_abi_changed::LINT,
    &fn_async_changed::LINT,
    &fn_bound_added::LINT,
    &fn_const_added::LINT,
    &fn_const_removed::LINT,
    &fn_export_name_changed::LINT,
    &fn_generics_changed::LINT,
    &fn_lifetimes_tightened::LINT,
    &fn_loosened::LINT,
    &fn_parameter_count_changed::LINT,
    &fn_parameter_type_changed::LINT,
    &fn_parameter_widened::LINT,
    &fn_receiver_changed::LINT,
    &fn_return_narrowed::LINT,
    &fn_return_type_changed::LINT,
    &fn_target_feature_added::LINT,
    &fn_target_feature_removed::LINT,
    &fn_unsafe_added::LINT,
    &fn_unsafe_removed::LINT,
    &fn_variadic_added::LINT,
    &fn_variadic_removed::LINT,
    &generic_default_changed::LINT,
    &generics_changed::LINT,
    &impl_added::LINT,
    &impl_assoc_changed::LINT,
    &impl_generalised::LINT,
    &impl_narrowed::LINT,
    &impl_removed::LINT,
    &inherent_item_shadows::LINT,
    &item_added::LINT,
    &item_deprecated::LINT,
    &item_hidden::LINT,
    &item_kind_changed::LINT,
    &item_removed::LINT,
    &item_undeprecated::LINT,
    &item_unhidden::LINT,
    &lib_changed::LINT,
    &lifetime_parameter_removed::LINT,
    &links_changed::LINT,
    &macro_arm_removed::LINT,
    &marked_non_exhaustive::LINT,
    &msrv_raised::LINT,
    &must_use_added::LINT,
    &must_use_removed::LINT,
    &non_exhaustive_removed::LINT,
    &private_fields_removed::LINT,
    &public_dependency_major_moved::LINT,
    &reexport_retargeted::LINT,
    &repr_changed::LINT,
    &static_mut_changed::LINT,
    &static_unsafe_changed::LINT,
    &struct_field_added::LINT,
    &struct_shape_changed::LINT,
    &trait_auto_changed::LINT,
    &trait_dyn_incompatible::LINT,
    &trait_item_default_added::LINT,
    &trait_item_default_removed::LINT,
    &trait_provided_item_added::LINT,
    &trait_required_item_added::LINT,
    &trait_sealed::LINT,
    &trait_supertrait_added::LINT,
    &trait_supertrait_removed::LINT,
    &trait_supertraits_rephrased::LINT,
    &trait_unsafe_changed::LINT,
    &trait_unsealed::LINT,
    &union_field_added::LINT,
    &variant_field_added::LINT,
    &variant_order_changed::LINT,
    &variant_shape_changed::LINT,
];

#[cfg(test)]
mod tests {
    use super::LINTS;

    #[test]
    fn ids_are_sorted_and_unique() {
        assert!(LINTS.is_sorted_by(|a, b| a.id < b.id));
    }

    #[test]
    fn a_lint_that_hurts_nobody_is_not_a_definite_major() {
        for lint in LINTS {
            let breaks = lint.bump == ripe_model::Bump::Major
                && lint.certainty == ripe_model::Certainty::Definite;
            assert!(!breaks || !lint.hurts.is_empty(), "{}", lint.id);
        }
    }
}
