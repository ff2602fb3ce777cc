namespace System.Runtime.CompilerServices;

/// <summary>Read by the runtime: an assembly with it may use the internals of another. Proxies need it for internal grain interfaces.</summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal sealed class IgnoresAccessChecksToAttribute(string assemblyName) : Attribute
{
    public string AssemblyName { get; } = assemblyName;
}
