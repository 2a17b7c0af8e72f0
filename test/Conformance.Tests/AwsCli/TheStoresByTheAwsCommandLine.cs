using System.Text.Json;

namespace Berth.Conformance.Tests;

/// <summary>The unmodified aws command line at Secrets Manager, Parameter Store and S3, with every operation that is offered of them.</summary>
public sealed class TheStoresByTheAwsCommandLine(TheStoresByTheAwsCommandLine.Shared shared) : IClassFixture<TheStoresByTheAwsCommandLine.Shared>
{
    private readonly AwsSession aws = shared.Aws;
    private readonly string directory = shared.Files;

    /// <summary>One server and one command line for all stories: they are about different services.</summary>
    public sealed class Shared : IAsyncLifetime
    {
        private ServerProcess? server;

        internal string Files { get; } = Directory.CreateTempSubdirectory("berth-files-").FullName;

        internal AwsSession Aws { get; private set; } = null!;    // Made before the first test.

        public async ValueTask InitializeAsync()
        {
            server = await ServerProcess.StartAsync();
            Aws = await AwsSession.StartAsync(server.Endpoint, server.Root);
        }

        public async ValueTask DisposeAsync()
        {
            await (Aws?.DisposeAsync() ?? default);
            await (server?.DisposeAsync() ?? default);
            Directory.Delete(Files, recursive: true);
        }
    }

    [Fact]
    public async Task Keep_secrets()
    {
        var arn = Text(await aws.OfAnyAsync("secretsmanager create-secret --name app/db --description of-tests --secret-string '{\"user\":\"me\",\"password\":\"swordfish\"}' --tags Key=a,Value=b"), "ARN");
        var first = Text(await aws.OfAnyAsync("secretsmanager get-secret-value --secret-id app/db"), "VersionId");
        Text(await aws.OfAnyAsync($"secretsmanager get-secret-value --secret-id {arn}"), "SecretString").ShouldContain("swordfish");
        var second = Text(await aws.OfAnyAsync($"secretsmanager put-secret-value --secret-id {arn} --secret-string two"), "VersionId");
        (await aws.OfAnyAsync("secretsmanager get-secret-value --secret-id app/db --version-stage AWSPREVIOUS --query VersionId --output text")).Trim().ShouldBe(first);
        Text(await aws.OfAnyAsync("secretsmanager update-secret --secret-id app/db --description other"), "Name").ShouldBe("app/db");
        await aws.OfAnyAsync($"secretsmanager update-secret-version-stage --secret-id app/db --version-stage mine --move-to-version-id {second}");
        await aws.OfAnyAsync("secretsmanager tag-resource --secret-id app/db --tags Key=c,Value=d");
        await aws.OfAnyAsync("secretsmanager untag-resource --secret-id app/db --tag-keys a");
        (await aws.OfAnyAsync("secretsmanager describe-secret --secret-id app/db --query [Description,Tags[].Key,VersionIdsToStages.*] --output json")).ReplaceLineEndings("").Replace(" ", "").ShouldContain("[\"other\",[\"c\"]");
        (await aws.OfAnyAsync("secretsmanager list-secret-version-ids --secret-id app/db --query length(Versions)")).Trim().ShouldBe("2");
        await aws.OfAnyAsync("secretsmanager get-resource-policy --secret-id app/db");
        (await aws.OfAnyAsync("secretsmanager list-secrets --filters Key=name,Values=app/ --query SecretList[].Name --output text")).Trim().ShouldBe("app/db");
        await aws.OfAnyAsync("secretsmanager delete-secret --secret-id app/db");
        (await aws.OfAnyRefusedAsync("secretsmanager get-secret-value --secret-id app/db")).ShouldContain("(InvalidRequestException)");
        await aws.OfAnyAsync("secretsmanager restore-secret --secret-id app/db");
        await aws.OfAnyAsync("secretsmanager delete-secret --secret-id app/db --force-delete-without-recovery");
        (await aws.OfAnyRefusedAsync("secretsmanager describe-secret --secret-id app/db")).ShouldContain("(ResourceNotFoundException) when calling the DescribeSecret operation: Secrets Manager can't find the specified secret.");
        await File.WriteAllBytesAsync(Path.Combine(directory, "bytes"), [0, 1, 255], TestContext.Current.CancellationToken);
        await aws.OfAnyAsync($"secretsmanager create-secret --name binary --secret-binary fileb://{directory}/bytes");
        Text(await aws.OfAnyAsync("secretsmanager get-secret-value --secret-id binary"), "SecretBinary").ShouldBe("AAH/");
    }

    [Fact]
    public async Task Keep_parameters()
    {
        Text(await aws.OfAnyAsync("ssm put-parameter --name /app/color --type String --value red --tags Key=a,Value=b"), "Version").ShouldBe("1");
        Text(await aws.OfAnyAsync("ssm put-parameter --name /app/color --value blue --overwrite"), "Version").ShouldBe("2");
        await aws.OfAnyAsync("ssm put-parameter --name /app/deep/password --type SecureString --value swordfish");
        (await aws.OfAnyAsync("ssm get-parameter --name /app/color:1 --query Parameter.[Value,Selector] --output text")).Trim().ShouldBe("red\t:1");
        (await aws.OfAnyAsync("ssm get-parameter --name /app/deep/password --with-decryption --query Parameter.Value --output text")).Trim().ShouldBe("swordfish");
        (await aws.OfAnyAsync("ssm get-parameters --names /app/color /none --query [Parameters[].Value,InvalidParameters] --output text")).Trim().Split('\n').ShouldBe(["blue", "/none"]);
        (await aws.OfAnyAsync("ssm get-parameters-by-path --path /app --recursive --query Parameters[].Name --output text")).Trim().ShouldBe("/app/color\t/app/deep/password");
        (await aws.OfAnyAsync("ssm describe-parameters --parameter-filters Key=Type,Values=SecureString --query Parameters[].Name --output text")).Trim().ShouldBe("/app/deep/password");
        (await aws.OfAnyAsync("ssm get-parameter-history --name /app/color --query Parameters[].Value --output text")).Trim().ShouldBe("red\tblue");
        await aws.OfAnyAsync("ssm add-tags-to-resource --resource-type Parameter --resource-id /app/color --tags Key=c,Value=d");
        await aws.OfAnyAsync("ssm remove-tags-from-resource --resource-type Parameter --resource-id /app/color --tag-keys a");
        (await aws.OfAnyAsync("ssm list-tags-for-resource --resource-type Parameter --resource-id /app/color --query TagList[].Key --output text")).Trim().ShouldBe("c");
        await aws.OfAnyAsync("ssm delete-parameter --name /app/color");
        (await aws.OfAnyAsync("ssm delete-parameters --names /app/deep/password /none --query InvalidParameters --output text")).Trim().ShouldBe("/none");
        (await aws.OfAnyRefusedAsync("ssm get-parameter --name /app/color")).ShouldContain("(ParameterNotFound)");
    }

    [Fact]
    public async Task Keep_environment_files()
    {
        var file = Path.Combine(directory, "app.env");
        await File.WriteAllTextAsync(file, "COLOR=red\n", TestContext.Current.CancellationToken);
        await aws.OfAnyAsync("s3 mb s3://conf");
        await aws.OfAnyAsync($"s3 cp {file} s3://conf/web/app.env");
        (await aws.OfAnyAsync("s3 ls")).ShouldContain("conf");
        (await aws.OfAnyAsync("s3 ls s3://conf")).Trim().ShouldBe("PRE web/");
        (await aws.OfAnyAsync("s3 ls s3://conf/web/")).ShouldContain("10 app.env");
        await aws.OfAnyAsync($"s3 cp s3://conf/web/app.env {directory}/back.env");
        (await File.ReadAllTextAsync(Path.Combine(directory, "back.env"), TestContext.Current.CancellationToken)).ShouldBe("COLOR=red\n");
        await aws.OfAnyAsync($"s3api put-object --bucket conf --key b+c/ä.env --body {file} --checksum-algorithm SHA256");
        Text(await aws.OfAnyAsync("s3api head-object --bucket conf --key b+c/ä.env"), "ContentLength").ShouldBe("10");
        (await aws.OfAnyAsync("s3api list-objects-v2 --bucket conf --max-items 1 --query Contents[].Key --output text")).Split('\n')[0].ShouldBe("b+c/ä.env");
        await aws.OfAnyAsync("s3api head-bucket --bucket conf");
        await aws.OfAnyAsync("s3api get-bucket-location --bucket conf");
        (await aws.OfAnyRefusedAsync("s3 rb s3://conf")).ShouldContain("(BucketNotEmpty)");
        await aws.OfAnyAsync("s3 rm s3://conf/web/app.env");
        await aws.OfAnyAsync("s3 rb s3://conf --force");
        (await aws.OfAnyAsync("s3 ls")).ShouldBeEmpty();
        (await aws.OfAnyRefusedAsync($"s3api put-object --bucket conf --key x --body {file}")).ShouldContain("(NoSuchBucket)");
    }

    private static string Text(string output, string member) => JsonElement.Parse(output).GetProperty(member).ToString();
}
