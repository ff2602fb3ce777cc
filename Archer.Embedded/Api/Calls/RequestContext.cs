namespace Orleans.Runtime;

/// <summary>Named values that travel with calls, from caller to callee, never back.</summary>
public static class RequestContext
{
    internal static readonly AsyncLocal<Dictionary<string, object>?> Values = new();

    /// <summary>Names and values of the current call.</summary>
    public static IEnumerable<KeyValuePair<string, object>> Entries => Values.Value ?? Enumerable.Empty<KeyValuePair<string, object>>();

    /// <summary>Names of the current call.</summary>
    public static IEnumerable<string> Keys => Values.Value?.Keys ?? Enumerable.Empty<string>();

    /// <summary>A value; null when there is none.</summary>
    public static object? Get(string key) => Values.Value is { } values && values.TryGetValue(key, out var value) ? value : null;

    /// <summary>Sets a value for the calls from here on. It should be immutable.</summary>
    public static void Set(string key, object value)
    {
        // Copy on write: other flows may hold the same dictionary.
        var values = Values.Value is { } old ? new Dictionary<string, object>(old) : [];
        values[key] = value;
        Values.Value = values;
    }

    /// <summary>Removes a value; whether there was one.</summary>
    public static bool Remove(string key)
    {
        if (Values.Value is not { } old || !old.ContainsKey(key))
        {
            return false;
        }

        var values = new Dictionary<string, object>(old);
        values.Remove(key);
        Values.Value = values.Count == 0 ? null : values;
        return true;
    }

    /// <summary>Removes all values.</summary>
    public static void Clear() => Values.Value = null;
}
