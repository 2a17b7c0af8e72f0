using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace Berth.Agent;

/// <summary>Makes the machine a container instance, or takes up being the one it was.</summary>
internal sealed partial class Registration(EcsBackend backend, AgentOptions options, TimeProvider clock, ILogger logger)
{
    private const string DefaultCluster = "default";
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(15);

    /// <summary>Registers, for as long as it takes.</summary>
    /// <returns>The identity with its cluster and ARN.</returns>
    /// <exception cref="AgentTerminalException">The backend said no in a way that will not change.</exception>
    public async Task<AgentIdentity> RegisterAsync(AgentIdentity identity, DockerInfo docker, CancellationToken cancellationToken)
    {
        if (identity.Cluster is { } saved && options.Cluster is { } configured && saved != configured)
        {
            throw new AgentTerminalException($"The data directory belongs to cluster {saved}, but {configured} is configured.");
        }

        if (new FirelensDirectory(options.DataDirectory).Obstacle is { } obstacle)
        {
            LogNoFirelens(obstacle);
        }

        var backoff = new Backoff(FirstRetry, LongestRetry, 1.5, new Random());
        var cluster = identity.Cluster ?? options.Cluster ?? DefaultCluster;
        while (true)
        {
            try
            {
                var request = Request(identity, cluster, docker);
                var instance = await backend.RegisterContainerInstanceAsync(request, cancellationToken).ConfigureAwait(false);
                Verify(request, instance);
                LogRegistered(instance.ContainerInstanceArn!, cluster); // The backend's answer is checked to have it.
                return identity with { Cluster = cluster, ContainerInstanceArn = instance.ContainerInstanceArn };
            }
            catch (AwsCallException missing) when (options.Cluster is null && missing.Message.Contains("Cluster not found.", StringComparison.Ordinal))
            {
                cluster = await backend.CreateClusterAsync(DefaultCluster, cancellationToken).ConfigureAwait(false);
            }
            catch (AwsCallException unknown) when (identity.ContainerInstanceArn is not null && HasForgotten(unknown))
            {
                // The backend has lost or removed this instance; a new one takes its place.
                LogForgotten(identity.ContainerInstanceArn!, unknown.Message);
                identity = identity with { ContainerInstanceArn = null, RegistrationToken = Guid.NewGuid().ToString() };
            }
            catch (AwsCallException refusal) when (!refusal.IsTransient)
            {
                throw new AgentTerminalException($"The container instance cannot be registered: {refusal.Message}", refusal);
            }
            catch (Exception failure) when (failure is AwsCallException or HttpRequestException)
            {
                LogRetry(failure.Message);
                await backoff.WaitAsync(clock, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// Whether a refusal says that the instance is not known. Any other, such as that its type has changed, is about this
    /// registration: the instance is still there, and so are its tasks.
    /// </summary>
    private static bool HasForgotten(AwsCallException refusal) =>
        refusal.Code is "InvalidParameterException" or "ClientException" && refusal.Message.Contains("not found", StringComparison.OrdinalIgnoreCase);

    private RegisterContainerInstanceRequest Request(AgentIdentity identity, string cluster, DockerInfo docker)
    {
        var isNew = identity.ContainerInstanceArn is null;
        var gpus = NvidiaGpus.Find(options.NvidiaDirectory);
        return new RegisterContainerInstanceRequest
        {
            Cluster = cluster,
            ClientToken = isNew ? identity.RegistrationToken : Guid.NewGuid().ToString(),
            ContainerInstanceArn = identity.ContainerInstanceArn,
            // Custom attributes belong to the instance from its first registration on; later changes are the backend's.
            Attributes = [.. Capabilities(docker).Select(name => new EcsAttribute(name, null)), .. Standard(), .. isNew ? Custom() : []],
            TotalResources =
            [
                new() { Name = "CPU", Type = "INTEGER", IntegerValue = CpuUnits(docker) },
                new() { Name = "MEMORY", Type = "INTEGER", IntegerValue = MemoryMiB(docker) },
                new() { Name = "PORTS", Type = "STRINGSET", StringSetValue = [.. options.ReservedPorts.Select(port => port.ToString(CultureInfo.InvariantCulture))] },
                new() { Name = "PORTS_UDP", Type = "STRINGSET", StringSetValue = [] },
            ],
            InstanceIdentityDocument = identity.Document(options),
            InstanceIdentityDocumentSignature = "",
            Tags = options.Tags.Count > 0 ? [.. options.Tags.Select(tag => new EcsTag(tag.Key, tag.Value))] : null,
            PlatformDevices = gpus.Count > 0 ? [.. gpus.Select(id => new EcsPlatformDevice(id, "GPU"))] : null,
        };
    }

    public int CpuUnits(DockerInfo docker) => options.CpuUnits ?? docker.Cpus * 1024;

    public int MemoryMiB(DockerInfo docker) => options.MemoryMiB ?? (int)(docker.MemTotal >> 20);

    /// <summary>What this agent can do, no more: backends place tasks by it.</summary>
    private IEnumerable<string> Capabilities(DockerInfo docker)
    {
        const string Old = "com.amazonaws.ecs.capability.";
        const string New = "ecs.capability.";
        const int FirstApi = 17;
        const int LastApi = 41;
        yield return Old + "privileged-container";
        for (var minor = FirstApi; minor <= LastApi; minor++)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{Old}docker-remote-api.1.{minor}");
        }

        foreach (var driver in (docker.Plugins?.Log ?? ["json-file"]).Append("awslogs").Append("none").Distinct(StringComparer.Ordinal))
        {
            yield return $"{Old}logging-driver.{driver}";
        }

        yield return Old + "task-iam-role";
        yield return Old + "task-iam-role-network-host";
        yield return Old + "ecr-auth";
        yield return New + "ecr-endpoint";
        yield return New + "execution-role-awslogs";
        yield return New + "execution-role-ecr-pull";
        yield return New + "container-ordering";
        yield return New + "container-health-check";
        yield return New + "container-restart-policy";
        yield return New + "network.container-port-range";
        yield return New + "task-cpu-mem-limit";
        yield return New + "pid-ipc-namespace-sharing";
        yield return New + "task-eni";
        yield return New + "full-sync";
        foreach (var store in new[] { "ssm", "asm" })
        {
            yield return $"{New}secrets.{store}.environment-variables";
            yield return $"{New}secrets.{store}.bootstrap.log-driver";
        }

        if (OffersFirelens(docker))
        {
            yield return Old + "logging-driver.awsfirelens";
            yield return New + "logging-driver.awsfirelens";
            yield return New + "logging-driver.awsfirelens.log-driver-buffer-limit";
            yield return New + "firelens.fluentd";
            yield return New + "firelens.fluentbit";
            yield return New + "firelens.options.config.file";
            yield return New + "firelens.options.config.s3";
            yield return New + "firelens.non-root-user";
        }

        yield return New + "env-files.s3";
        yield return New + "private-registry-authentication.secretsmanager";
        yield return New + "execute-command";
        foreach (var driver in docker.Plugins?.Volume ?? ["local"])
        {
            yield return $"{New}docker-plugin.{driver}";
        }
    }

    /// <summary>Routers share folders of this machine with an engine that is here too and sends to them.</summary>
    private bool OffersFirelens(DockerInfo docker) =>
        options.DockerHost.StartsWith("unix:", StringComparison.Ordinal)
        && docker.Plugins?.Log?.Contains("fluentd") == true
        && new FirelensDirectory(options.DataDirectory).Obstacle is null;

    private IEnumerable<EcsAttribute> Standard()
    {
        yield return new EcsAttribute("ecs.os-type", "linux");
        yield return new EcsAttribute("ecs.os-family", "LINUX");
        yield return new EcsAttribute("ecs.cpu-architecture", RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "x86_64");
        yield return new EcsAttribute("ecs.availability-zone", options.AvailabilityZone ?? $"{options.Region}a");
        yield return new EcsAttribute("ecs.instance-type", options.InstanceType);
        yield return new EcsAttribute("ecs.ami-id", options.AmiId);
    }

    private IEnumerable<EcsAttribute> Custom() =>
        options.Attributes.Select(attribute => new EcsAttribute(attribute.Key, attribute.Value.Length > 0 ? attribute.Value : null));

    /// <summary>A backend that drops attributes would place tasks wrongly; better not to run at all.</summary>
    private static void Verify(RegisterContainerInstanceRequest request, RegisteredContainerInstance instance)
    {
        var echoed = (instance.Attributes ?? []).Where(attribute => attribute.Name is not null).ToLookup(attribute => attribute.Name, attribute => attribute.Value);
        if (request.Attributes.FirstOrDefault(sent => !string.IsNullOrEmpty(sent.Value) && !echoed[sent.Name].Contains(sent.Value)) is { } missing)
        {
            throw new AgentTerminalException($"The backend did not take the attribute {missing.Name}={missing.Value}.");
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Registered as {ContainerInstance} in cluster {Cluster}.")]
    private partial void LogRegistered(string containerInstance, string cluster);

    [LoggerMessage(Level = LogLevel.Warning, Message = "FireLens is not offered: {Reason}.")]
    private partial void LogNoFirelens(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The backend does not take {ContainerInstance} back ({Reason}); registering anew.")]
    private partial void LogForgotten(string containerInstance, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Registering failed and will be tried again: {Reason}")]
    private partial void LogRetry(string reason);
}
