using System.Globalization;
using System.Reflection;
using Orleans;
using Orleans.Concurrency;

namespace Archer.Embedded.Calls;

/// <summary>A method of a grain interface and what its attributes say.</summary>
internal sealed class GrainMethod
{
    public GrainMethod(MethodInfo method)
    {
        Info = method;
        AlwaysInterleaves = method.IsDefined(typeof(AlwaysInterleaveAttribute));
        IsReadOnly = method.IsDefined(typeof(ReadOnlyAttribute));
        IsOneWay = method.IsDefined(typeof(OneWayAttribute));
        Timeout = (method.GetCustomAttribute<ResponseTimeoutAttribute>()
            ?? method.DeclaringType!.GetCustomAttribute<ResponseTimeoutAttribute>())?.Timeout;
    }

    public MethodInfo Info { get; }

    public bool AlwaysInterleaves { get; }

    public bool IsReadOnly { get; }

    public bool IsOneWay { get; }

    /// <summary>How long callers wait; null for the silo's default.</summary>
    public TimeSpan? Timeout { get; }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Info.DeclaringType!.Name}.{Info.Name}");
}
