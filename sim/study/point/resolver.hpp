#pragma once

#include "catalog/lookup/catalog.hpp"
#include "run/run.hpp"
#include "study/point/run_spec.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace podsim::study {

/// A checked request and the texts of the files that it came from.
struct ResolvedRun {
  run::RunRequest request;
  std::vector<catalog::InputText> inputs;
};

/// Turns runs by name into requests and remembers what it has read: the points of a study name few files
/// and few overrides, in many combinations. A file that changes afterwards is not read again.
class Resolver {
 public:
  explicit Resolver(catalog::Catalog catalog) : catalog_(std::move(catalog)) {}

  /// Reads the files that `spec` names. Throws InputError, also for a stack whose collective library has no algorithm
  /// for the platform; one that is made for another kind of model or chip has a note.
  ResolvedRun resolve(const RunSpec& spec);

  const catalog::Catalog& catalog() const { return catalog_; }

 private:
  /// Puts what the workload's file says of its plan into what the request leaves open, with a note.
  void add_plan(const RunSpec& spec, const std::string& workload_key, run::RunRequest& request);
  void check_stack(const RunSpec& spec, run::RunRequest& request);
  /// The same machine and library without what `spec` changes of links and constants, where it is one.
  void add_reference(const RunSpec& spec, const std::string& stack_name, run::RunRequest& request);

  template <typename T>
  using Memory = std::map<std::string, std::shared_ptr<const T>>;

  catalog::Catalog catalog_;
  Memory<catalog::Loaded<catalog::Workload>> workloads_;
  Memory<parallel::PlanChoice> plans_;  ///< of workloads, by the same keys
  Memory<run::PlanPlaces> places_;      ///< by those and what is in force
  Memory<catalog::Loaded<catalog::Platform>> platforms_;
  Memory<catalog::Loaded<catalog::Stack>> stacks_;
  Memory<std::string> stack_names_;
  Memory<catalog::StackScope> scopes_;
};

/// Reads the files that `spec` names, once. Throws InputError.
ResolvedRun resolve(const catalog::Catalog& catalog, const RunSpec& spec);

}  // namespace podsim::study
