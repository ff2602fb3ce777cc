namespace Orleans.Configuration;

/// <summary>How calls travel.</summary>
public abstract class MessagingOptions
{
    private protected MessagingOptions()
    {
    }

    /// <summary>How long a caller waits for the response; the callee goes on. Default: 30 seconds.</summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether the callee's cancellation token is cancelled when its caller stops waiting. Default: no.</summary>
    public bool CancelRequestOnTimeout { get; set; }
}

/// <inheritdoc/>
public class SiloMessagingOptions : MessagingOptions;
