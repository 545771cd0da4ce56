#pragma once

#include "catalog/spec/number_format.hpp"

#include <map>
#include <string>
#include <vector>

namespace podsim::catalog {

/// How a chip multiplies matrices. systolic: operands are padded to the array (TPU).
/// tensor_core and simt: output tiles are dealt to the multiprocessors in waves, on
/// tensor cores or on the ordinary arithmetic units of a GPU without them.
enum class MatrixUnitKind { systolic, tensor_core, simt };

/// An output tile that one multiprocessor works on.
struct OutputTile {
  int m = 128;
  int n = 128;
  double efficiency = 1.0;  ///< of the tile itself, over that of the best one
};

/// What is left of the rate where a matrix edge is no multiple of `bytes` in memory.
struct Alignment {
  double bytes = 16;
  double efficiency = 1.0;
};

struct MatrixUnit {
  MatrixUnitKind kind = MatrixUnitKind::systolic;
  int units = 1;                                         ///< arrays or multiprocessors per chip
  double efficiency = 1.0;                               ///< share of the data-sheet peak reached inside full tiles
  std::map<NumberFormat, double> peak_flops_per_second;  ///< dense data-sheet peak, per chip
  std::map<NumberFormat, double> efficiency_by_format;   ///< where it is not `efficiency`
  int tile = 0;                                          ///< edge of the array; 0 if not systolic
  std::vector<OutputTile> tiles;                         ///< of multiprocessors; empty if systolic
  double prologue_k = 0;                                 ///< start and end of a tile, in elements of k
  std::vector<Alignment> alignment;                      ///< the worst that applies counts; empty: none
  double fused_attention_efficiency = 0;                 ///< share of the peak in a fused attention; 0: not known
  double vendor_attention_efficiency = 0;  ///< of a fused attention that was written for the chip; 0: as any other
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
  double vector_flops_per_second = 0;  ///< data-sheet peak outside the matrix unit, for information: such work is bound
                                       ///< by memory; 0: not said
  double operation_floor_seconds = 0;  ///< start and end of one operation on the chip
  double core_link_bytes_per_second = 0;  ///< between two ranks of one chip, per direction; 0 if ranks == 1
  Power power;
};

}  // namespace podsim::catalog
