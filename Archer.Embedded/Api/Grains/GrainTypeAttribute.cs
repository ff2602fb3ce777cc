namespace Orleans;

/// <summary>Gives a grain class the type name of its identity, which persisted state is found by.</summary>
/// <param name="grainType">The name. Default without the attribute: the class name in lower case without the suffix "Grain".</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class GrainTypeAttribute(string grainType) : Attribute
{
    internal string GrainType { get; } = grainType;
}
