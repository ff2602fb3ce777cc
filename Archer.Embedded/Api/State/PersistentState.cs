using Orleans.Core;

namespace Orleans
{
    /// <summary>Marks attributes of constructor parameters that the host fills.</summary>
    public interface IFacetMetadata;
}

namespace Orleans.Runtime
{
    /// <summary>A state of a grain that survives its activations: a constructor parameter with <see cref="PersistentStateAttribute"/>, read before the grain is activated.</summary>
    /// <typeparam name="TState">Type of the state.</typeparam>
    public interface IPersistentState<TState> : IStorage<TState>;

    /// <summary>Names a persistent state and its storage.</summary>
    public interface IPersistentStateConfiguration
    {
        /// <summary>Name of the state within the grain.</summary>
        string StateName { get; }

        /// <summary>Name of the storage; null for the default one.</summary>
        string? StorageName { get; }
    }

    /// <summary>Makes a constructor parameter a persistent state.</summary>
    /// <param name="stateName">Name of the state within the grain.</param>
    /// <param name="storageName">Name of the storage; null for the default one.</param>
    [AttributeUsage(AttributeTargets.Parameter)]
    public class PersistentStateAttribute(string stateName, string? storageName = null)
        : Attribute, IFacetMetadata, IPersistentStateConfiguration
    {
        /// <inheritdoc/>
        public string StateName { get; } = stateName;

        /// <inheritdoc/>
        public string? StorageName { get; } = storageName;
    }
}
