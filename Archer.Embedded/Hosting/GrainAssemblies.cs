using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Orleans;

namespace Archer.Embedded.Hosting;

/// <summary>
/// Finds the assemblies that may hold grain classes: those that reference the host, loaded or not. A process that knows its grains by their
/// interfaces only has no reference to the assembly of their classes, therefore the files of the application are looked at, too.
/// </summary>
internal static class GrainAssemblies
{
    private static readonly string Host = typeof(Grain).Assembly.GetName().Name!;

    public static IReadOnlyCollection<Assembly> Find()
    {
        var loaded = AppDomain.CurrentDomain.GetAssemblies().Where(a => !a.IsDynamic).ToList();
        var names = loaded.Select(a => a.GetName().Name!).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var found = loaded.Where(a => a.GetReferencedAssemblies().Any(reference => reference.Name == Host)).ToHashSet();
        foreach (var path in ApplicationFiles().Where(path => !names.Contains(Path.GetFileNameWithoutExtension(path)) && ReferencesHost(path)))
        {
            found.Add(Assembly.Load(new AssemblyName(Path.GetFileNameWithoutExtension(path))));
        }

        return found;
    }

    private static IEnumerable<string> ApplicationFiles()
    {
        var trusted = AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string ?? "";
        var application = Path.GetFullPath(AppContext.BaseDirectory);
        return trusted.Split(Path.PathSeparator).Where(path => path.StartsWith(application, StringComparison.Ordinal) && File.Exists(path));
    }

    private static bool ReferencesHost(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        if (!file.HasMetadata)
        {
            return false;
        }

        var metadata = file.GetMetadataReader();
        return metadata.AssemblyReferences.Any(handle =>
            metadata.StringComparer.Equals(metadata.GetAssemblyReference(handle).Name, Host));
    }
}
