using Archer.Policy.Tensors.Cpu;

namespace Archer.Policy.Tensors;

/// <summary>The backends of this build.</summary>
public static class TensorBackends
{
    /// <summary>Managed SIMD tensors on the processor. The number of threads changes the time, never a result.</summary>
    /// <param name="threads">Threads that compute, the caller included; 1 starts none.</param>
    public static ITensorBackend Cpu(int threads = 1) => new CpuBackend(threads);
}
