namespace Orleans.Configuration;

/// <summary>Settings of grain storage in memory.</summary>
public class MemoryGrainStorageOptions;
