#pragma once

#include "catalog/lookup/catalog_files.hpp"
#include "catalog/spec/chip.hpp"
#include "catalog/spec/ledger.hpp"
#include "catalog/spec/library.hpp"
#include "catalog/spec/names.hpp"
#include "catalog/spec/platform.hpp"
#include "catalog/spec/stack.hpp"
#include "catalog/spec/workload.hpp"
#include "catalog/yaml/override.hpp"
#include "catalog/yaml/schema.hpp"
#include "catalog/yaml/text_file.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace podsim::catalog {

/// A checked value and the texts that it came from.
template <typename T>
struct Loaded {
  T value;
  std::vector<InputText> inputs;
};

/// One name in the catalogue.
struct Entry {
  EntryKind kind;
  std::string name;
  std::string description;
  std::filesystem::path path;
};

/// The YAML files that come with podsim and those on PODSIM_PATH. Names are
/// file names without ".yaml"; a name with '/' or ending in ".yaml" is a path. A file is read once:
/// the catalogue and its copies remember it.
class Catalog {
 public:
  /// Every root holds `workloads/` and `platforms/{.,chips,stacks,libraries,prices}`; earlier roots win.
  explicit Catalog(std::vector<std::filesystem::path> roots);

  /// Roots from PODSIM_PATH (colon-separated), then the source tree of a build
  /// or the share folder of an installation, found from the running binary.
  static Catalog standard();

  /// The folder of published runs that comes with podsim: the first root that has one. Throws InputError.
  std::filesystem::path published_runs() const;

  /// All entries of a kind, by name. Throws InputError when a file is bad.
  std::vector<Entry> list(EntryKind kind) const;

  /// Their names alone: no file is read.
  std::vector<std::string> names(EntryKind kind) const;

  Loaded<Platform> platform(const std::string& name_or_path, const std::vector<Override>& overrides = {}) const;
  Loaded<Workload> workload(const std::string& name_or_path, const std::vector<Override>& overrides = {}) const;
  /// What stands under `plan` in a workload's file, if anything: the room that lays out workloads reads it.
  std::optional<Value> workload_plan(const std::string& name_or_path,
                                     const std::vector<Override>& overrides = {}) const;
  Loaded<Stack> stack(const std::string& name_or_path, const std::vector<Override>& overrides = {}) const;
  Loaded<Prices> prices(const std::string& name_or_path, const std::vector<Override>& overrides = {}) const;
  Loaded<Chip> chip(const std::string& name_or_path, const std::vector<Override>& overrides = {}) const;

  /// The ledger `workloads/ledger/NAME.yaml` of the first root that has it. Throws InputError.
  Loaded<Ledger> ledger(const std::string& name) const;
  Loaded<Library> library(const std::string& name_or_path, const std::vector<Override>& overrides = {}) const;

  /// The library that its chips' architecture has by default. Throws InputError, naming `--library`, where there is none.
  Loaded<Library> default_library(const Chip& chip, const std::vector<Override>& overrides = {}) const;

  /// Reads and checks an entry. Throws InputError if it is bad.
  void check_entry(EntryKind kind, const std::string& name_or_path) const { description(kind, name_or_path); }

  /// Reads and checks the file as its schema line asks. Throws InputError if it is bad.
  void check_file(const std::string& path) const;

  /// Where a study is: a name of the catalogue or a path. Throws InputError for an unknown name.
  std::filesystem::path study(const std::string& name_or_path) const;

  /// The stack whose scope fits this chip and this kind of model most closely: one that names the
  /// chip before one that names its vendor before one for any chip; with the kind named before one for
  /// any kind. Chip years bind where the chip is not named. Settled by `for_chip`. Throws
  /// InputError, naming `--stack` and the stacks that exist, unless it is exactly one.
  Loaded<Stack> default_stack(const Chip& chip, const Workload& workload,
                              const std::vector<Override>& overrides = {}) const;

  /// Its name in the catalogue.
  std::string default_stack_name(const Chip& chip, const Workload& workload) const;

  /// What a stack is made for: its scope, or without one that of the stack that it builds on, whose chip years bind
  /// only that one. Not `given` where none of them has a scope. Throws InputError.
  StackScope made_for(const std::string& stack) const;

  /// The stacks that are made for this chip and this kind of model, by name.
  std::vector<std::string> stacks_for(const Chip& chip, const Workload& workload) const;

  /// Throws InputError, at the place that names it, where there is no such entry or file.
  void require_name(EntryKind kind, const std::string& name, const Place& place, std::string_view key) const;

 private:
  std::string description(EntryKind kind, const std::string& path) const;

  CatalogFiles files_;
};

/// The text of a file's schema line, for example "podsim/platform/1".
std::string schema_of(const std::string& path);

}  // namespace podsim::catalog
