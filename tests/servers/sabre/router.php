<?php

/*
 * sabre/dav with one user, one principal and one address book, for php's built-in web server.
 *
 * Environment: KITH_SABRE_FOLDER (data), KITH_SABRE_AUTH (basic or digest), KITH_SABRE_USER, KITH_SABRE_PASSWORD.
 */

error_reporting(E_ALL & ~E_DEPRECATED & ~E_STRICT & ~E_WARNING & ~E_NOTICE);
ini_set('display_errors', '0');
date_default_timezone_set('UTC');

// The answer leaves after its line is in the log, so that a test that got it finds the line.
ob_start();
register_shutdown_function(function () {
    error_log(sprintf('[%d]: %s %s', http_response_code(), $_SERVER['REQUEST_METHOD'], $_SERVER['REQUEST_URI']));
});

set_include_path('/usr/share/php' . PATH_SEPARATOR . get_include_path());
require_once 'Sabre/autoload.php';

$pdo = new PDO('sqlite:' . getenv('KITH_SABRE_FOLDER') . '/db.sqlite');
$pdo->setAttribute(PDO::ATTR_ERRMODE, PDO::ERRMODE_EXCEPTION);
$pdo->setAttribute(PDO::ATTR_TIMEOUT, 10);

class OneUser extends Sabre\DAV\Auth\Backend\AbstractBasic
{
    protected function validateUserPass($username, $password)
    {
        return $username === getenv('KITH_SABRE_USER') && $password === getenv('KITH_SABRE_PASSWORD');
    }
}

$digest = getenv('KITH_SABRE_AUTH') === 'digest';
$auth = $digest ? new Sabre\DAV\Auth\Backend\PDO($pdo) : new OneUser();
$principals = new Sabre\DAVACL\PrincipalBackend\PDO($pdo);
$books = new Sabre\CardDAV\Backend\PDO($pdo);

$server = new Sabre\DAV\Server([
    new Sabre\DAVACL\PrincipalCollection($principals),
    new Sabre\CardDAV\AddressBookRoot($principals, $books),
]);
$server->setBaseUri('/');
$server->addPlugin(new Sabre\DAV\Auth\Plugin($auth, 'kith test'));
$server->addPlugin(new Sabre\CardDAV\Plugin());
$server->addPlugin(new Sabre\DAVACL\Plugin());
$server->exec();
