namespace Archer.Silo.Data;

/// <summary>Redis holds data that this version cannot use.</summary>
internal sealed class RedisLayoutException(string message) : IOException(message);
