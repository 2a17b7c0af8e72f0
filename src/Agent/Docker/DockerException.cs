using System.Net;

namespace Berth.Agent;

/// <summary>The engine refused a call. The message is what the engine said, in the form the Docker client shows it.</summary>
internal sealed class DockerException(HttpStatusCode status, string message) : Exception($"Error response from daemon: {message}")
{
    public HttpStatusCode Status { get; } = status;
}

/// <summary>No engine answered, or it went away in the middle of a call whose outcome is therefore unknown.</summary>
internal sealed class DockerUnreachableException(Exception inner) : Exception($"The Docker Engine cannot be reached: {inner.Message}", inner);
