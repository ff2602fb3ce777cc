namespace Orleans.Runtime
{
    /// <summary>An error of the grain host.</summary>
    public class OrleansException : Exception
    {
        /// <summary>Without a message.</summary>
        public OrleansException()
            : base("Unexpected error.")
        {
        }

        /// <summary>With a message.</summary>
        public OrleansException(string message)
            : base(message)
        {
        }

        /// <summary>With a message and a cause.</summary>
        public OrleansException(string message, Exception? innerException)
            : base(message, innerException)
        {
        }
    }

    /// <summary>The host refused a message.</summary>
    public class OrleansMessageRejectionException : OrleansException
    {
        internal OrleansMessageRejectionException(string message, Exception? innerException = null)
            : base(message, innerException)
        {
        }
    }

    /// <summary>The host is not running.</summary>
    public sealed class SiloUnavailableException : OrleansMessageRejectionException
    {
        internal SiloUnavailableException(string message)
            : base(message)
        {
        }
    }

    /// <summary>The configuration of the host cannot work.</summary>
    public sealed class OrleansConfigurationException : Exception
    {
        /// <summary>With a message.</summary>
        public OrleansConfigurationException(string message)
            : base(message)
        {
        }

        /// <summary>With a message and a cause.</summary>
        public OrleansConfigurationException(string message, Exception innerException)
            : base(message, innerException)
        {
        }
    }
}

namespace Orleans.Serialization
{
    /// <summary>A value cannot be copied or serialized.</summary>
    public class SerializerException : Exception
    {
        /// <summary>Without a message.</summary>
        public SerializerException()
        {
        }

        /// <summary>With a message.</summary>
        public SerializerException(string message)
            : base(message)
        {
        }

        /// <summary>With a message and a cause.</summary>
        public SerializerException(string message, Exception innerException)
            : base(message, innerException)
        {
        }
    }

    /// <summary>A type crosses a grain call and nobody said how to copy it.</summary>
    public sealed class CodecNotFoundException : SerializerException
    {
        /// <summary>With a message.</summary>
        public CodecNotFoundException(string message)
            : base(message)
        {
        }
    }
}
