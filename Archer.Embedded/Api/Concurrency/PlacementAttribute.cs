namespace Orleans.Placement;

/// <summary>Says where activations of a grain class live. The embedded host has one place, so that only <see cref="Orleans.Concurrency.StatelessWorkerAttribute"/> has an effect.</summary>
[AttributeUsage(AttributeTargets.Class)]
public abstract class PlacementAttribute : Attribute
{
    private protected PlacementAttribute()
    {
    }
}

/// <summary>Activates on the silo of the caller.</summary>
public sealed class PreferLocalPlacementAttribute : PlacementAttribute;

/// <summary>Activates on a random silo.</summary>
public sealed class RandomPlacementAttribute : PlacementAttribute;
