using Archer.Policy.Tensors.Torch;
using Archer.Testing;

namespace Archer.Policy.Tests.Tensors.Torch;

[Collection("libtorch")]
public sealed class TorchLibraryTests : IDisposable
{
    private const string Missing = "GLIBCXX_9.9.99";
    private readonly TemporaryDirectory _directory = new();

    public TorchLibraryTests() => Assert.Null(TorchLibrary.Absence);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Load_SystemHasEveryVersion_TakesTheFileItself()
    {
        var file = SharedLibrary.Write(_directory["newer.so"], SharedLibrary.Unbound, SharedLibrary.Bound);

        TorchLibrary.Load(file);

        Assert.Contains(file, File.ReadAllText("/proc/self/maps"));
    }

    [Fact]
    public void Load_MissingVersionIsAMarkOnly_TakesACopyThatLeavesNothingOnDisk()
    {
        var file = SharedLibrary.Write(_directory["older.so"], SharedLibrary.Unbound, Missing);

        TorchLibrary.Load(file);

        var maps = File.ReadAllText("/proc/self/maps");
        Assert.DoesNotContain(file, maps);
        Assert.Contains("/memfd:older.so (deleted)", maps);
        Assert.Equal([file], Directory.GetFiles(_directory.Path));
    }

    [Fact]
    public void Load_MissingVersionIsBound_IsRefused()
    {
        var file = SharedLibrary.Write(_directory["bound.so"], SharedLibrary.Bound, Missing);

        var refused = Assert.Throws<DllNotFoundException>(() => TorchLibrary.Load(file));

        Assert.Contains(Missing, refused.Message);
        Assert.DoesNotContain("bound.so", File.ReadAllText("/proc/self/maps"));
    }

    [Fact]
    public void WhyNotLoaded_NoFiles_SaysHowToBuild() =>
        Assert.Equal("this build has no libtorch; build with -p:ArcherTorch=cpu or -p:ArcherTorch=cuda.", TorchLibrary.WhyNotLoaded(null));

    [Fact]
    public void WhyNotLoaded_NotALibrary_SaysWhich()
    {
        File.WriteAllText(_directory["libtorch.so"], "no library");
        var files = new TorchFiles(_directory["libLibTorchSharp.so"], _directory["libtorch.so"], HasCuda: false);

        var reason = TorchLibrary.WhyNotLoaded(files);

        Assert.StartsWith("libtorch does not load: ", reason);
        Assert.Contains(files.LibTorch, reason);
    }

    [Fact]
    public void Find_SeveralFolders_TakesTheFirstOfEachAndSeesCuda()
    {
        string first = Directory.CreateDirectory(_directory["first"]).FullName, second = Directory.CreateDirectory(_directory["second"]).FullName;
        Assert.Null(TorchFiles.Find([first, second]));
        File.WriteAllText(Path.Combine(first, "libLibTorchSharp.so"), "");
        Assert.Null(TorchFiles.Find([first, second]));
        File.WriteAllText(Path.Combine(second, "libtorch.so"), "");
        Assert.False(TorchFiles.Find([first, second])!.HasCuda);
        File.WriteAllText(Path.Combine(second, "libtorch_cuda.so"), "");

        Assert.Equal(
            new TorchFiles(Path.Combine(first, "libLibTorchSharp.so"), Path.Combine(second, "libtorch.so"), HasCuda: true),
            TorchFiles.Find([first, second]));
    }
}
