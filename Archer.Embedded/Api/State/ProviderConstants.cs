namespace Orleans.Providers;

/// <summary>Names of providers that have a role.</summary>
public static class ProviderConstants
{
    /// <summary>Name of the storage that is used when a state names none.</summary>
    public const string DEFAULT_STORAGE_PROVIDER_NAME = "Default";

    /// <summary>Name of the storage of explicit stream subscriptions.</summary>
    public const string DEFAULT_PUBSUB_PROVIDER_NAME = "PubSubStore";
}
