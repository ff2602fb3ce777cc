using Archer.Embedded.Calls;

namespace Orleans.Runtime;

/// <summary>A reference to a grain: knows type and key, not whether the grain is active. Proxies of grain interfaces derive from it.</summary>
public class GrainReference : IAddressable, IEquatable<GrainReference>
{
    internal GrainReference(ReferenceTarget target, IdSpan key)
    {
        Target = target;
        Key = key;
    }

    /// <summary>Type and key of the grain.</summary>
    public GrainId GrainId => new(Target.GrainType, Key);

    /// <summary>The interface that this reference implements.</summary>
    public GrainInterfaceType InterfaceType => Target.InterfaceType;

    /// <summary>Name of that interface.</summary>
    public string InterfaceName => InterfaceType.ToString();

    internal ReferenceTarget Target { get; }

    internal IdSpan Key { get; }

    /// <summary>The same grain behind another of its interfaces.</summary>
    public virtual TGrainInterface Cast<TGrainInterface>()
        where TGrainInterface : IAddressable => (TGrainInterface)Target.Class.Silo.Factory.Cast(this, typeof(TGrainInterface));

    /// <summary>The same on every machine and in every run.</summary>
    public uint GetUniformHashCode() => GrainId.GetUniformHashCode();

    /// <inheritdoc/>
    public bool Equals(GrainReference? other) => other is not null && (ReferenceEquals(this, other) || GrainId.Equals(other.GrainId));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as GrainReference);

    /// <inheritdoc/>
    public override int GetHashCode() => GrainId.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => $"GrainReference:{GrainId}";

    /// <summary>Same grain.</summary>
    public static bool operator ==(GrainReference? left, GrainReference? right) => left?.Equals(right) ?? right is null;

    /// <summary>Different grain.</summary>
    public static bool operator !=(GrainReference? left, GrainReference? right) => !(left == right);
}
