#pragma once

#include "catalog/number_format.hpp"

#include <map>
#include <string>

namespace podsim::catalog {

/// How the matrix unit cuts a matrix product into tiles.
/// systolic: operands are padded to the array (TPU). tensor_core: output tiles
/// are dealt to the multiprocessors in waves (GPU).
enum class MatrixUnitKind { systolic, tensor_core };

struct MatrixUnit {
  MatrixUnitKind kind = MatrixUnitKind::systolic;
  int tile = 128;                                        ///< edge of the array, or of the output tile, in elements
  int units = 1;                                         ///< arrays or multiprocessors per chip
  double efficiency = 1.0;                               ///< share of the data-sheet peak reached inside full tiles
  std::map<NumberFormat, double> peak_flops_per_second;  ///< dense data-sheet peak, per chip
};

struct Power {
  double idle_watts = 0;
  double mean_watts = 0;  ///< while training
  double max_watts = 0;
};

/// One accelerator package, from `platforms/chips/NAME.yaml`. Rates and sizes
/// are per chip; a rank has 1/`ranks` of them.
struct Chip {
  std::string name;
  std::string description;
  std::string vendor;                ///< "google", "nvidia", ...: with the year it selects the default stack
  int year = 0;                      ///< first year in production
  std::string architecture = "any";  ///< "hopper", ...: what collective libraries tune for
  int ranks = 1;                     ///< ranks per chip (2 on TPU v2 and v3: one per core)
  double memory_bytes = 0;
  double memory_bytes_per_second = 0;  ///< data-sheet peak
  double memory_efficiency = 1.0;      ///< share of that peak which streaming reaches
  MatrixUnit matrix;
  double vector_flops_per_second = 0;     ///< data-sheet peak outside the matrix unit
  double operation_floor_seconds = 0;     ///< start and end of one operation on the chip
  double core_link_bytes_per_second = 0;  ///< between two ranks of one chip, per direction; 0 if ranks == 1
  Power power;
};

}  // namespace podsim::catalog
