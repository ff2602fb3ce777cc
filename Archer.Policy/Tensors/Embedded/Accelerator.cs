namespace Archer.Policy.Tensors;

/// <summary>The embedded stack has the managed kernels only.</summary>
internal static class Accelerator
{
    /// <summary>Why there is none.</summary>
    public static string? Absence => "this build has the managed processor backend only (-p:ArcherStack=cluster builds with CUDA).";

    public static ITensorBackend Create() => throw new NotSupportedException(Absence);
}
