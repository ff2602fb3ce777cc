using Archer.Policy.Tensors.Cpu;
using Archer.Policy.Tensors.Torch;

namespace Archer.Policy.Tensors;

/// <summary>The backends: managed kernels, and libtorch where the build brought its native libraries.</summary>
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
        {
            throw new NotSupportedException($"The device is {device}, but {reason} Otherwise set it to auto or cpu.");
        }

        return IsManaged(device) ? Cpu(threads) : TorchDevices.Create(device, threads);
    }

    /// <summary>Why a device cannot be computed on, with what to do, as the end of a sentence; null when it can.</summary>
    public static string? WhyNot(TensorDevice device) => device switch
    {
        TensorDevice.Torch => TorchLibrary.Absence,
        TensorDevice.Cuda => TorchDevices.CudaAbsence,
        _ => null,
    };

    /// <summary>Why a device that nobody named is the processor with the managed kernels, as the end of a sentence; null when it is not, or was named.</summary>
    public static string? WhyManaged(TensorDevice device) => device == TensorDevice.Auto ? TorchDevices.CudaAbsence : null;

    private static bool IsManaged(TensorDevice device) => device == TensorDevice.Cpu || WhyManaged(device) is not null;
}
