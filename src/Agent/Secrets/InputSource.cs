using System.Text.Json;
using Berth.Wire;
using Microsoft.Extensions.Logging;

namespace Berth.Agent;

/// <summary>
/// Fetches what tasks need before their containers can be: parameters, secrets, environment files, a registry's password.
/// Called as the task's execution role where it has one, else as the agent. Values are neither logged nor written down.
/// </summary>
/// <param name="client">Makes the calls.</param>
/// <param name="options">The agent's own region and key.</param>
/// <param name="roles">The keys of roles.</param>
/// <param name="clock">Time.</param>
/// <param name="slots">Bounds the calls under way, of all tasks together.</param>
/// <param name="logger">Is told of failures.</param>
internal sealed partial class InputSource(SignedClient client, AgentOptions options, RoleCredentialsStore roles, TimeProvider clock, SemaphoreSlim slots, ILogger logger)
{
    /// <summary>The most parameters that Systems Manager tells in a call.</summary>
    private const int MostParameters = 10;

    private const int MaxAttempts = 5;
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(5);

    /// <summary>The values of all containers of a task that need some, by the container's name.</summary>
    /// <exception cref="ResourceInitializationException">One of them cannot be had.</exception>
    public async Task<IReadOnlyDictionary<string, ContainerInputs>> FetchAsync(TaskSpec task, CancellationToken cancellationToken)
    {
        var key = KeyOf(task);
        var wanted = task.Containers.SelectMany(container => container.Secrets ?? []).Where(secret => secret.Type is null or SecretSpec.Variable || secret.IsForLogDriver).ToList();
        var parameters = wanted.Where(secret => secret.IsParameter)
            .Select(secret => (Region: RegionOf(secret), Name: secret.ValueFrom ?? "")).Distinct().GroupBy(secret => secret.Region)
            .SelectMany(region => region.Select(secret => secret.Name).Chunk(MostParameters), (region, names) => ParametersAsync(region.Key, names, key, cancellationToken))
            .ToList();
        var secrets = wanted.Where(secret => !secret.IsParameter)
            .Select(secret => (Region: RegionOf(secret), Version: SecretReference.Parse(secret.ValueFrom ?? "") with { JsonKey = null })).Distinct()
            .ToDictionary(secret => secret, secret => SecretAsync(secret.Region, secret.Version, key, cancellationToken));
        var files = task.Containers.SelectMany(container => container.EnvironmentFiles ?? []).Select(file => file.Value ?? "").Distinct(StringComparer.Ordinal)
            .ToDictionary(arn => arn, arn => FileAsync(arn, key, cancellationToken), StringComparer.Ordinal);
        await Task.WhenAll([.. parameters, .. secrets.Values, .. files.Values]).ConfigureAwait(false);

        var byName = new Dictionary<(string, string), string>();
        foreach (var (region, name, value) in parameters.SelectMany(batch => batch.Result))
        {
            byName[(region, name)] = value;
        }

        return task.Containers.ToDictionary(container => container.Name ?? "", container => new ContainerInputs
        {
            Files = [.. (container.EnvironmentFiles ?? []).Select(file => files[file.Value ?? ""].Result)],
            Secrets = [.. (container.Secrets ?? []).Where(secret => !secret.IsForLogDriver && wanted.Contains(secret)).Select(Value)],
            LogOptions = [.. (container.Secrets ?? []).Where(secret => secret.IsForLogDriver).Select(Value)],
        }, StringComparer.Ordinal);

        KeyValuePair<string, string> Value(SecretSpec secret)
        {
            if (secret.IsParameter)
            {
                return new(secret.Name ?? "", byName[(RegionOf(secret), secret.ValueFrom ?? "")]);
            }

            var reference = SecretReference.Parse(secret.ValueFrom ?? "");
            return new(secret.Name ?? "", reference.ValueIn(secrets[(RegionOf(secret), reference with { JsonKey = null })].Result));
        }
    }

    /// <summary>The user and password that a secret holds for a registry.</summary>
    /// <exception cref="ResourceInitializationException">It cannot be had, or holds something else.</exception>
    public async Task<DockerAuth> RegistryAuthAsync(AsmAuthData secret, string? registry, TaskSpec task, CancellationToken cancellationToken)
    {
        const string DockerHub = "https://index.docker.io/v1/";
        var text = await SecretAsync(secret.Region ?? options.Region, new(secret.CredentialsParameter ?? "", null, null, null), KeyOf(task), cancellationToken).ConfigureAwait(false);
        try
        {
            using var document = JsonDocument.Parse(text);
            return new() { UserName = Member("username"), Password = Member("password"), ServerAddress = registry ?? DockerHub };

            string Member(string name) => document.RootElement.TryGetProperty(name, out var member) && member.GetString() is { Length: > 0 } given ? given : throw new KeyNotFoundException();
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new ResourceInitializationException($"asm fetching authorization data: secret {secret.CredentialsParameter} does not hold a username and a password");
        }
    }

    private async Task<IReadOnlyList<(string Region, string Name, string Value)>> ParametersAsync(string region, string[] names, AwsCredentials key, CancellationToken cancellationToken)
    {
        var told = $"Fetching secret data from SSM Parameter Store in {region}";
        var answer = await TriedAsync(told, () => client.CallAsync(
            "AmazonSSM.GetParameters",
            "ssm",
            new GetParametersRequest(names, WithDecryption: true),
            AgentJson.Wire.GetParametersRequest,
            AgentJson.Wire.GetParametersResponse,
            cancellationToken,
            region: region,
            credentials: key), cancellationToken).ConfigureAwait(false);
        var found = names.Select(name => (Region: region, Name: name, (answer?.Parameters ?? []).FirstOrDefault(parameter =>
            name == parameter.Name + parameter.Selector || name == parameter.Arn + parameter.Selector)?.Value)).ToList();
        var missing = found.Where(parameter => parameter.Value is null).Select(parameter => parameter.Name).ToList();
        return missing.Count == 0
            ? [.. found.Select(parameter => (parameter.Region, parameter.Name, parameter.Value!))]
            : throw new ResourceInitializationException($"{told}: invalid parameters: {string.Join(',', missing)}");
    }

    private async Task<string> SecretAsync(string region, SecretReference version, AwsCredentials key, CancellationToken cancellationToken)
    {
        var told = $"Fetching secret data from AWS Secrets Manager in region {region}: secret {version.SecretId}";
        var answer = await TriedAsync(told, () => client.CallAsync(
            "secretsmanager.GetSecretValue",
            "secretsmanager",
            new GetSecretValueRequest(version.SecretId, version.VersionId, version.VersionStage),
            AgentJson.Wire.GetSecretValueRequest,
            AgentJson.Wire.GetSecretValueResponse,
            cancellationToken,
            region: region,
            credentials: key), cancellationToken).ConfigureAwait(false);
        return answer?.SecretString ?? throw new ResourceInitializationException($"{told}: it holds no text");
    }

    /// <summary>A log router's configuration.</summary>
    /// <exception cref="ResourceInitializationException">It cannot be had.</exception>
    public async Task<byte[]> FirelensConfigAsync(string arn, TaskSpec task, CancellationToken cancellationToken)
    {
        const string Told = "unable to download firelens s3 config file";
        var (bucket, path) = ObjectLocation.Parse(arn) ?? throw new ResourceInitializationException($"{Told}: unable to parse bucket and key from s3 arn {arn}");
        return await TriedAsync(
            $"{Told}: unable to download s3 config {path} from bucket {bucket}",
            () => client.GetObjectAsync(bucket, path, KeyOf(task), cancellationToken),
            cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyDictionary<string, string>> FileAsync(string arn, AwsCredentials key, CancellationToken cancellationToken)
    {
        var (bucket, path) = EnvironmentFile.Location(arn);
        var content = await TriedAsync(
            $"unable to download env file with key {path} from bucket {bucket}, error",
            () => client.GetObjectAsync(bucket, path, key, cancellationToken),
            cancellationToken).ConfigureAwait(false);
        return EnvironmentFile.Read(content);
    }

    /// <summary>Makes a call, and makes it again where it may succeed later.</summary>
    private async Task<T> TriedAsync<T>(string told, Func<Task<T>> call, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(FirstRetry, LongestRetry, 2, new Random());
        for (var attempt = 1; ; attempt++)
        {
            await slots.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return await call().WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is AwsCallException or HttpRequestException)
            {
                LogFailed(told, attempt, failure.Message);
                if (attempt == MaxAttempts || failure is AwsCallException { IsTransient: false })
                {
                    throw new ResourceInitializationException($"{told}: {failure.Message}");
                }
            }
            finally
            {
                slots.Release();
            }

            await backoff.WaitAsync(clock, cancellationToken).ConfigureAwait(false);
        }
    }

    private AwsCredentials KeyOf(TaskSpec task) =>
        task.ExecutionRoleCredentials?.CredentialsId is { } id && roles.Find(id) is { AccessKeyId: { } access, SecretAccessKey: { } secret } role
            ? new(access, secret, role.SessionToken)
            : options.Credentials;

    private string RegionOf(SecretSpec secret) => string.IsNullOrEmpty(secret.Region) ? options.Region : secret.Region;

    [LoggerMessage(Level = LogLevel.Debug, Message = "{What}, attempt {Attempt}: {Reason}")]
    private partial void LogFailed(string what, int attempt, string reason);
}
