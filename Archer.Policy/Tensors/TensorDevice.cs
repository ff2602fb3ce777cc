namespace Archer.Policy.Tensors;

/// <summary>Where training computes.</summary>
public enum TensorDevice
{
    /// <summary>The CUDA device when this build and this machine have one, otherwise the processor with the managed kernels.</summary>
    Auto,

    /// <summary>The processor, with the managed kernels.</summary>
    Cpu,

    /// <summary>The processor, with libtorch: to compare, the managed kernels are faster. Refused where it does not load.</summary>
    Torch,

    /// <summary>The CUDA device, with libtorch; refused where there is none.</summary>
    Cuda,
}
