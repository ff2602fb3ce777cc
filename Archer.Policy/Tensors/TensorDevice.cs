namespace Archer.Policy.Tensors;

/// <summary>Where training computes.</summary>
public enum TensorDevice
{
    /// <summary>The CUDA device when this build and this machine have one, otherwise the processor.</summary>
    Auto,

    /// <summary>The processor, with the managed kernels.</summary>
    Cpu,

    /// <summary>The CUDA device; refused where there is none.</summary>
    Cuda,
}
