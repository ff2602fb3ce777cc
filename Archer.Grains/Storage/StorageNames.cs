namespace Archer.Grains;

/// <summary>Names under which a composition registers grain storage.</summary>
public static class StorageNames
{
    /// <summary>State of every grain.</summary>
    public const string State = "archer";
}
