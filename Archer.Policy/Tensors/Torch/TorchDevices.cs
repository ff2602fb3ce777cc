using TorchSharp;

namespace Archer.Policy.Tensors.Torch;

/// <summary>The devices of libtorch.</summary>
internal static class TorchDevices
{
    /// <summary>Why there is no CUDA device, as the end of a sentence; null when there is one. Without a libtorch for CUDA nothing is loaded.</summary>
    public static string? CudaAbsence => TorchLibrary.HasCuda
        ? TorchLibrary.Absence ?? (torch.cuda.is_available() ? null : "libtorch finds no CUDA device on this machine.")
        : "this build has no libtorch for CUDA; build with -p:ArcherTorch=cuda.";

    /// <summary>The backend of a device that is there.</summary>
    public static ITensorBackend Create(TensorDevice device, int threads) =>
        new TorchBackend(device == TensorDevice.Torch ? torch.CPU : torch.CUDA, threads);
}
