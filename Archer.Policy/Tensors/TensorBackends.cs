using Archer.Policy.Tensors.Cpu;

namespace Archer.Policy.Tensors;

/// <summary>The backends of this build.</summary>
public static class TensorBackends
{
    /// <summary>Managed SIMD tensors on the processor. The number of threads changes the time, never a result.</summary>
    /// <param name="threads">Threads that compute, the caller included; 1 starts none.</param>
    public static ITensorBackend Cpu(int threads = 1) => new CpuBackend(threads);

    /// <summary>Tensors on a device.</summary>
    /// <param name="device">The device wanted.</param>
    /// <param name="threads">Threads that compute where it is the processor.</param>
    /// <exception cref="NotSupportedException">This build or this machine does not have the device.</exception>
    public static ITensorBackend On(TensorDevice device, int threads = 1)
    {
        if (WhyNot(device) is { } reason)
            throw new NotSupportedException($"The device is {device}, but {reason} Set it to auto or cpu.");
        return device == TensorDevice.Cpu || Accelerator.Absence is not null ? Cpu(threads) : Accelerator.Create();
    }

    /// <summary>Why a device cannot be computed on, as the end of a sentence; null when it can.</summary>
    public static string? WhyNot(TensorDevice device) => device == TensorDevice.Cuda ? Accelerator.Absence : null;
}
