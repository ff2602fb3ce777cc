namespace Archer.Policy.Tensors.Torch;

/// <summary>Where the native libraries of libtorch lie.</summary>
/// <param name="LibTorchSharp">The library that TorchSharp calls.</param>
/// <param name="LibTorch">libtorch, which it needs.</param>
/// <param name="HasCuda">Whether this libtorch is made for CUDA.</param>
internal sealed record TorchFiles(string LibTorchSharp, string LibTorch, bool HasCuda)
{
    /// <summary>Key of the runtime configuration under which a build records the package folders.</summary>
    public const string FoldersKey = "Archer.Torch.Folders";

    /// <summary>Folder beside the program that a publication puts them in.</summary>
    public const string PublishedFolder = "torch";

    /// <summary>Those of this process; null where its build brought none.</summary>
    public static TorchFiles? OfThisProcess() => Find(
    [
        Path.Combine(AppContext.BaseDirectory, PublishedFolder),
        .. Split(AppContext.GetData(FoldersKey)),
        .. Split(AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES")),
        AppContext.BaseDirectory,
    ]);

    /// <summary>The first of each library; null where one is missing.</summary>
    public static TorchFiles? Find(IReadOnlyList<string> folders)
    {
        string? sharp = First(folders, "LibTorchSharp"), torch = First(folders, "torch");
        return sharp is null || torch is null ? null : new TorchFiles(sharp, torch, First(folders, "torch_cuda") is not null);
    }

    private static string? First(IReadOnlyList<string> folders, string name) =>
        folders.Select(folder => Path.Combine(folder, FileName(name))).FirstOrDefault(File.Exists);

    private static string FileName(string name) =>
        OperatingSystem.IsWindows() ? $"{name}.dll" : OperatingSystem.IsMacOS() ? $"lib{name}.dylib" : $"lib{name}.so";

    private static string[] Split(object? folders) =>
        (folders as string)?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries) ?? [];
}
