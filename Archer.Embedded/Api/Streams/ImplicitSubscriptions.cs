using Orleans.Runtime;

namespace Orleans.Streams.Core;

/// <summary>A grain that learns of its implicit subscriptions when their first item arrives.</summary>
public interface IStreamSubscriptionObserver
{
    /// <summary>Attach an observer here: <c>handleFactory.Create&lt;T&gt;().ResumeAsync(observer)</c>.</summary>
    /// <param name="handleFactory">The subscription.</param>
    Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory);
}

/// <summary>A subscription whose item type the grain knows.</summary>
public interface IStreamSubscriptionHandleFactory
{
    /// <summary>The stream.</summary>
    StreamId StreamId { get; }

    /// <summary>Name of its provider.</summary>
    string ProviderName { get; }

    /// <summary>Identity of the subscription.</summary>
    GuidId SubscriptionId { get; }

    /// <summary>A handle for items of a type.</summary>
    StreamSubscriptionHandle<T> Create<T>();
}
