#pragma once

#include "catalog/yaml/document.hpp"

#include <string>
#include <string_view>

namespace podsim::catalog {

/// What a file can describe.
enum class EntryKind { workload, platform, chip, stack, library, prices, study };

/// "platform", "workload", "chip", "stack" or "price list".
std::string_view name_of(EntryKind kind);
std::string with_article(EntryKind kind);  ///< "a chip"
std::string plural_of(EntryKind kind);     ///< "chips"
std::string list_word_of(EntryKind kind);  ///< as `podsim list` takes it: "chips", "prices"

/// The schema line of each kind, for example "podsim/platform/1".
std::string schema_line(EntryKind kind);

/// The text of the schema line. Throws InputError where there is none.
std::string schema_text(const Document& document);

/// The kind that a file's schema line names. Throws InputError where there is none, or an unknown one.
EntryKind kind_of(const Document& document);

/// Throws InputError unless the schema line names `kind`.
void expect_kind(const Document& document, EntryKind kind);

/// Throws InputError where an entry of `sources` names a key path that `root` does not have.
void check_sources(const Value& root, const std::string& path);

}  // namespace podsim::catalog
